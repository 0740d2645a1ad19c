import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Locale, Texts } from '../errors.ts'
import { toRoubles } from '../lib/money.ts'
import { toIso } from '../lib/time.ts'
import type { EntryFilter, EntryRow } from './store.ts'
import * as store from './store.ts'

export const Transaction = z
  .object({
    id: z.int(),
    type: z.enum(['debit', 'credit']),
    amount: z.number().meta({ description: 'Рубли; списание отрицательное' }),
    description: z.string(),
    service_type: z.string(),
    details: z.record(z.string(), z.unknown()),
    balance_after: z.number(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Transaction' })

export type Listed = z.input<typeof Transaction>

const WORDS: Record<string, Texts> = {
  topup: { ru: 'Пополнение баланса', en: 'Top-up' },
  welcome_bonus: { ru: 'Приветственный бонус', en: 'Welcome bonus' },
  adjustment: { ru: 'Изменение администратором', en: 'Adjustment' },
  widget_message: { ru: 'Сообщение виджета', en: 'Answer on the site' },
  telegram_message: { ru: 'Сообщение Telegram', en: 'Answer in Telegram' },
  refund: { ru: 'Возврат платежа', en: 'Refund of a payment' },
  debt: { ru: 'Погашение задолженности', en: 'Repayment of a debt' },
}

/** An owner's movements, newest first, in the caller's language. */
export async function listTransactions(
  ctx: Context,
  tenant_id: number,
  { locale, ...filter }: EntryFilter & { limit: number; offset: number; locale: Locale },
) {
  const rows = await store.listEntries(ctx.db, tenant_id, filter)
  const total = await store.countEntries(ctx.db, tenant_id, filter)
  return { transactions: rows.map((row) => viewOf(row, locale)), total }
}

/** A movement as the wire shows it, in the given language. */
export function viewOf(row: EntryRow, locale: Locale): Listed {
  return {
    id: row.id,
    type: row.amount > 0 ? 'credit' : 'debit',
    amount: toRoubles(row.amount),
    description: WORDS[row.reason]?.[locale] ?? row.reason,
    service_type: row.reason,
    details: shown(JSON.parse(row.details) as Record<string, unknown>),
    balance_after: toRoubles(row.balance_after),
    created_at: toIso(row.created_at),
  }
}

// A debt is kept in kopecks, as all sums are.
function shown({ owed, ...details }: Record<string, unknown>): Record<string, unknown> {
  return typeof owed === 'number' ? { ...details, owed: toRoubles(owed) } : details
}
