export type Side = 'owner' | 'support'
export type Status = 'open' | 'in_progress' | 'closed'
export type Priority = 'low' | 'medium' | 'high' | 'urgent'
export type Category = 'billing' | 'technical' | 'account' | 'other'
export type TicketFile = { id: string; name: string; content_type: string; size: number }
export type Ticket = {
  ticket_id: string
  subject: string
  status: Status
  priority: Priority
  category: Category
  owner_email: string
  estimated_response_time: string
  unread: boolean
  unanswered: boolean
  created_at: string
  updated_at: string
}
export type TicketMessage = {
  id: number
  author: Side
  author_name: string
  message: string
  attachments: TicketFile[]
  labels: string[]
  created_at: string
}
export type Talk = Ticket & { messages: TicketMessage[] }

export const STATUSES: Status[] = ['open', 'in_progress', 'closed']
export const PRIORITIES: Priority[] = ['low', 'medium', 'high', 'urgent']
export const CATEGORIES: Category[] = ['billing', 'technical', 'account', 'other']

/** Where each side asks, and where its page is. */
export const PLACES = {
  owner: { api: '/api/support/tickets', page: '/support' },
  support: { api: '/api/admin/support/tickets', page: '/tickets' },
} as const
