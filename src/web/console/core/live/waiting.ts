import { call } from '../api.ts'
import { createStore } from '../store.ts'
import { keepAsking } from './asking.ts'

/** How many people wait for a human right now. */
export const waiting = createStore(0)

/** Keeps `waiting` true until the answer is called. */
export function keepCounting(): () => void {
  const ask = () =>
    call<{ total_in_queue: number }>('GET', '/api/operator/queue?limit=1').then(
      ({ total_in_queue }) => waiting.set(total_in_queue),
      () => undefined, // the next happening asks again; the banner tells of a lost connection
    )
  const end = keepAsking(ask, (type) => type.startsWith('handoff.'))
  return () => {
    end()
    waiting.set(0)
  }
}
