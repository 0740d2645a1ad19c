export type Terms = { billing: boolean; top_up: boolean; min: number; max: number; receipt: boolean }
export type Purse = {
  balance: number
  welcome_bonus: number
  total_spent: number
  debt: number
  pending_transactions: number
  plan: 'trial' | 'payg'
}
export type Day = { date: string; website: number; telegram: number; total: number; answers: number }
export type Spent = { tz_offset: number; days: Day[]; total: number; answers: number }
export type Prices = {
  prices: { channel: 'website' | 'telegram'; price: number }[]
  models: { name: string; label: string; price_multiplier: number }[]
}
export type Entry = {
  id: number
  type: 'debit' | 'credit'
  amount: number
  description: string
  details: Record<string, unknown>
  balance_after: number
  created_at: string
}
