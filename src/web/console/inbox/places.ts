import { useCallback } from 'preact/hooks'
import { go, placeNow, usePlace } from '../core/router.ts'
import { createStore } from '../core/store.ts'

/** The dialogs as the list shows them now, in its order. */
export const order = createStore<readonly number[]>([])

/** The path of a dialog that keeps what the list shows; drawn again when that changes. */
export function useInboxPath(): (id: number) => string {
  const kept = keptOf(usePlace().query)
  return useCallback((id) => `/inbox/${id}${kept}`, [kept])
}

/** Opens a dialog, or the list alone; the list shows what it did. */
export function openDialog(id?: number): void {
  const { path, query } = placeNow()
  const kept = path === '/' || path.startsWith('/inbox') ? keptOf(query) : '' // another page's query means other things
  go(`/inbox${id === undefined ? '' : `/${id}`}${kept}`)
}

/** Opens the next (1) or previous (-1) dialog of the list; at the ends it stays. Without an open one it begins at the first. */
export function step(by: 1 | -1): void {
  const ids = order.get()
  // The address, not what was drawn last: two quick presses are two steps.
  const at = ids.findIndex(isOpen)
  const next = at < 0 ? ids[0] : ids[at + by]
  if (next !== undefined) openDialog(next)
}

/** Where to go on when a dialog is done with: the next one of the list, else the one before it, else the list. */
export function placeAfter(id: number): number | undefined {
  const ids = order.get()
  const at = ids.indexOf(id)
  return at < 0 ? undefined : (ids[at + 1] ?? ids[at - 1])
}

/** Whether a dialog is the open one. */
export function isOpen(id: number): boolean {
  return placeNow().path === `/inbox/${id}`
}

/** Whether the details of the open dialog were asked for, where they have no place of their own. */
export function isShowingInfo(): boolean {
  return placeNow().query.has('info')
}

function keptOf(query: URLSearchParams): string {
  const kept = new URLSearchParams(query)
  kept.delete('info')
  return kept.size > 0 ? `?${kept}` : ''
}
