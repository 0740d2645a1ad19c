import { keepAsking } from '../../core/live/asking.ts'
import { waiting } from '../../core/live/waiting.ts'
import { createStore, useStore } from '../../core/store.ts'
import { countRows, type Filter } from './views.ts'

const counts = createStore<{ mine: number; all: number }>({ mine: 0, all: 0 })

/** How many dialogs stand under each filter that has a number; the archive only grows, and has none. */
export function useCounts(): Partial<Record<Filter, number>> {
  return { ...useStore(counts), queue: useStore(waiting) }
}

/** Keeps the numbers true until the answer is called. */
export function keepCounts(): () => void {
  const ask = () =>
    Promise.all([countRows('mine'), countRows('all')]).then(
      ([mine, all]) => counts.set({ mine, all }),
      () => undefined, // the next happening asks again; the banner tells of a lost connection
    )
  return keepAsking(ask, changesCounts)
}

function changesCounts(type: string): boolean {
  return type.startsWith('handoff.') || type === 'dialog.opened' || type === 'dialog.changed'
}
