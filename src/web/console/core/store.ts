import { useEffect, useState } from 'preact/hooks'

export type Store<T> = {
  get: () => T
  set: (next: T | ((now: T) => T)) => void
  /** Calls back after each change; the answer ends it. */
  listen: (heard: (now: T) => void) => () => void
}

/** One value that several components share; setting the same value again wakes nobody. */
export function createStore<T>(first: T): Store<T> {
  let value = first
  const listeners = new Set<(now: T) => void>()
  return {
    get: () => value,
    set(next) {
      const before = value
      value = typeof next === 'function' ? (next as (now: T) => T)(value) : next
      if (value !== before) for (const heard of [...listeners]) heard(value)
    },
    listen(heard) {
      listeners.add(heard)
      return () => void listeners.delete(heard)
    },
  }
}

/** The value of a store; the component is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState<T>(() => store.get())
  useEffect(() => {
    setValue(() => store.get()) // it may have changed between drawing and listening
    return store.listen((now) => setValue(() => now))
  }, [store])
  return value
}

/** A part of what a store holds; the component is drawn again only when that part changes. `by` is what `pick` depends on. */
export function usePart<T, P>(store: Store<T>, pick: (value: T) => P, by: unknown): P {
  const part = pick(store.get())
  const [, draw] = useState(() => part)
  useEffect(() => {
    draw(() => pick(store.get())) // it may have changed between drawing and listening
    return store.listen((now) => draw(() => pick(now)))
  }, [store, by])
  return part
}

/** What this browser remembers; a blocked or full storage forgets instead of failing. */
export const memory = {
  read(key: string, storage: 'local' | 'session' = 'local'): string | null {
    try {
      return storageOf(storage).getItem(`replyx:console:${key}`)
    } catch {
      return null // private windows may refuse every touch
    }
  },
  write(key: string, value: string | null, storage: 'local' | 'session' = 'local'): void {
    try {
      if (value === null) storageOf(storage).removeItem(`replyx:console:${key}`)
      else storageOf(storage).setItem(`replyx:console:${key}`, value)
    } catch {
      return // as above: the setting then lasts as long as the page
    }
  },
}

function storageOf(kind: 'local' | 'session'): Storage {
  return kind === 'local' ? localStorage : sessionStorage
}
