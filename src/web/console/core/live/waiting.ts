import { call } from '../api.ts'
import { createStore } from '../store.ts'
import { onEvent, onReconnect } from './events.ts'

const SETTLE_MS = 400 // one takeover makes several happenings

/** How many people wait for a human right now. */
export const waiting = createStore(0)

/** Keeps `waiting` true until the answer is called. */
export function keepCounting(): () => void {
  let timer: number | undefined
  const ask = () =>
    call<{ total_in_queue: number }>('GET', '/api/operator/queue?limit=1').then(
      ({ total_in_queue }) => waiting.set(total_in_queue),
      () => undefined, // the next happening asks again; the banner tells of a lost connection
    )
  const soon = () => {
    clearTimeout(timer)
    timer = window.setTimeout(ask, SETTLE_MS)
  }
  void ask()
  const ends = [onReconnect(soon), onEvent(({ type }) => type.startsWith('handoff.') && soon())]
  return () => {
    clearTimeout(timer)
    for (const end of ends) end()
    waiting.set(0)
  }
}
