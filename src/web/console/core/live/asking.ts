import { onEvent, onReconnect } from './events.ts'

const SETTLE_MS = 400 // one takeover makes several happenings, and whoever asks of them asks once

/** Asks now, whenever the stream stands (again), and a moment after a happening that `matters`, until the answer is called. */
export function keepAsking(ask: () => void, matters: (type: string) => boolean): () => void {
  let timer: number | undefined
  const soon = () => {
    clearTimeout(timer)
    timer = window.setTimeout(ask, SETTLE_MS)
  }
  ask()
  const ends = [onReconnect(soon), onEvent(({ type }) => matters(type) && soon())]
  return () => {
    clearTimeout(timer)
    for (const end of ends) end()
  }
}
