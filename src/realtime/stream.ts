import type { Context } from '../context.ts'
import type { Signal } from '../events/bus.ts'
import { eventsAfter, type PastEvent } from '../events/read.ts'

const BATCH = 100 // events read at once; a client that missed more gets them in turns
const MAX_SIGNALS = 1000 // passing signals a slow reader may fall behind before they are dropped; facts are never dropped

export type Streamed = { fact: PastEvent } | { signal: Signal }

/** Yields the facts of a stream after `after`, then the new ones and passing signals as they come, until the signal aborts. Registers before it reads, so nothing falls between the two. */
export async function* streamEvents(
  ctx: Context,
  stream: string,
  from: { after: number; signal: AbortSignal },
): AsyncGenerator<Streamed> {
  const signals: Signal[] = []
  let wake: (() => void) | undefined
  let woken = true
  const rouse = () => {
    woken = true
    wake?.()
  }
  const deaf = ctx.bus.listen(stream, (signal) => {
    if (signal && signals.length < MAX_SIGNALS) signals.push(signal)
    rouse()
  })
  from.signal.addEventListener('abort', rouse, { once: true })
  let after = from.after
  try {
    while (!from.signal.aborted) {
      if (!woken) await new Promise<void>((resolve) => (wake = resolve))
      woken = false
      const facts = await eventsAfter(ctx, stream, after, BATCH)
      // A piece of an answer belongs before the fact that completes it, so what was heard up to now goes out first.
      for (const signal of signals.splice(0)) yield { signal }
      for (const fact of facts) {
        after = fact.seq
        woken = true // there may be more than one batch
        yield { fact }
      }
    }
  } finally {
    deaf()
  }
}
