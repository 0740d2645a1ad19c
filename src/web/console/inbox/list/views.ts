import { call } from '../../core/api.ts'
import type { Dialog, Priority } from '../types.ts'

export const FILTERS = ['queue', 'mine', 'all', 'archived'] as const
export type Filter = (typeof FILTERS)[number]
export type View = { filter: Filter; search: string; assistant: string | null; me: number }
type Rows = { dialogs: Dialog[]; total: number; has_more: boolean }

const QUERIES: Record<Filter, string> = {
  queue: 'handoff_status=requested',
  mine: 'mine=true',
  all: 'status=active',
  archived: 'status=archived',
}
const URGENCY: Record<Priority, number> = { urgent: 3, high: 2, normal: 1, low: 0 }

/** Some dialogs of a view, as the server finds them. */
export function askRows(
  { filter, search, assistant }: Omit<View, 'me'>,
  page: { limit: number; offset: number },
): Promise<Rows> {
  const query = new URLSearchParams(QUERIES[filter])
  if (search) query.set('search', search)
  if (assistant) query.set('assistant_id', assistant)
  for (const [name, value] of Object.entries(page)) query.set(name, String(value))
  return call<Rows>('GET', `/api/dialogs?${query}`)
}

/** How many dialogs a filter finds. */
export async function countRows(filter: Filter): Promise<number> {
  return (await askRows({ filter, search: '', assistant: null }, { limit: 1, offset: 0 })).total
}

/** Whether a dialog belongs under a filter. */
export function belongs(dialog: Dialog, { filter, assistant, me }: View): boolean {
  if (assistant && String(dialog.assistant_id) !== assistant) return false
  if (filter === 'queue') return dialog.handoff_status === 'requested'
  if (filter === 'mine') return dialog.handoff_status === 'active' && dialog.taken_over_by === me
  return dialog.status === (filter === 'all' ? 'active' : 'archived')
}

/** The order of a filter: in the queue who is served next, elsewhere who spoke last. */
export function sorted(dialogs: readonly Dialog[], filter: Filter): Dialog[] {
  return dialogs.toSorted(filter === 'queue' ? byTurn : byLastMessage)
}

function byTurn(a: Dialog, b: Dialog): number {
  const asked = byText(a.handoff_requested_at, b.handoff_requested_at)
  return URGENCY[b.priority] - URGENCY[a.priority] || asked || a.id - b.id
}

function byLastMessage(a: Dialog, b: Dialog): number {
  return byText(b.last_message_time, a.last_message_time) || b.id - a.id
}

// Moments in ISO 8601 sort as they are; asking the language for an order would take a hundred times as long.
function byText(a: string | null, b: string | null): number {
  const [left, right] = [a ?? '', b ?? '']
  return left < right ? -1 : left > right ? 1 : 0
}
