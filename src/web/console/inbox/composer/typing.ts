import { useRef } from 'preact/hooks'
import { call } from '../../core/api.ts'
import type { Dialog } from '../types.ts'

const EVERY_MS = 3000 // whoever reads hides «is typing» after five or six seconds

/** Tells the visitor that their operator is typing, at most every three seconds; in somebody else's dialog it tells nobody. */
export function useTypingSignal({ id, handoff_status, taken_over_by }: Dialog, me: number): () => void {
  const last = useRef(0)
  return () => {
    const now = Date.now()
    if (handoff_status !== 'active' || taken_over_by !== me || now - last.current < EVERY_MS) return
    last.current = now
    call('POST', `/api/dialogs/${id}/typing`).catch(() => undefined) // a sign that passes; the next one makes up for it
  }
}
