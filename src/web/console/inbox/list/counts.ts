import { onEvent, onReconnect } from '../../core/live/events.ts'
import { waiting } from '../../core/live/waiting.ts'
import { createStore, useStore } from '../../core/store.ts'
import { countRows, type Filter } from './views.ts'

const SETTLE_MS = 400 // one takeover makes several happenings

const counts = createStore<{ mine: number; all: number }>({ mine: 0, all: 0 })

/** How many dialogs stand under each filter that has a number; the archive only grows, and has none. */
export function useCounts(): Partial<Record<Filter, number>> {
  return { ...useStore(counts), queue: useStore(waiting) }
}

/** Keeps the numbers true until the answer is called. */
export function keepCounts(): () => void {
  let timer: number | undefined
  const ask = () =>
    Promise.all([countRows('mine'), countRows('all')]).then(
      ([mine, all]) => counts.set({ mine, all }),
      () => undefined, // the next happening asks again; the banner tells of a lost connection
    )
  const soon = () => {
    clearTimeout(timer)
    timer = window.setTimeout(ask, SETTLE_MS)
  }
  void ask()
  const ends = [onReconnect(soon), onEvent(({ type }) => changesCounts(type) && soon())]
  return () => {
    clearTimeout(timer)
    for (const end of ends) end()
  }
}

function changesCounts(type: string): boolean {
  return type.startsWith('handoff.') || type === 'dialog.opened' || type === 'dialog.changed'
}
