/** Wakes sleepers after a commit and carries what is never stored (pieces of a streamed answer, typing). Nothing here may be the only copy of a fact. */
export type Bus = {
  /** Something new may be read on this topic. */
  wake: (topic: string) => void
  /** A passing signal for whoever listens on this topic right now. */
  signal: (topic: string, signal: Signal) => void
  /** What whoever begins to listen on this topic hears first, such as an answer that is half streamed; undefined = nothing any more. On this node only. */
  keep: (topic: string, signal: Signal | undefined) => void
  /** Calls back on each wake (undefined) and signal of a topic until the returned function is called. */
  listen: (topic: string, hear: (signal: Signal | undefined) => void) => () => void
  close: () => Promise<void>
}

export type Signal = { type: string; [field: string]: unknown }

/** A bus within this process. */
export function openBus(): Bus {
  const ears = new Map<string, Set<(signal: Signal | undefined) => void>>()
  const kept = new Map<string, Signal>()
  const tell = (topic: string, signal: Signal | undefined) => {
    for (const hear of ears.get(topic) ?? []) hear(signal)
  }
  return {
    wake: (topic) => tell(topic, undefined),
    signal: tell,
    keep(topic, signal) {
      if (signal) kept.set(topic, signal)
      else kept.delete(topic)
    },
    listen(topic, hear) {
      const here = ears.get(topic) ?? new Set()
      ears.set(topic, here.add(hear))
      if (kept.has(topic)) hear(kept.get(topic))
      return () => {
        here.delete(hear)
        if (here.size === 0) ears.delete(topic)
      }
    },
    close: async () => {},
  }
}
