import type { Context } from '../context.ts'
import type { Signal } from '../events/bus.ts'
import { eventsAfter, type PastEvent } from '../events/read.ts'

const BATCH = 100 // events read at once; a client that missed more gets them in turns
const MAX_SIGNALS = 1000 // passing signals a slow database may leave waiting before they are dropped; facts are never dropped

export type Streamed = { fact: PastEvent } | { signal: Signal }
type Follower = { after: number; deliver: (one: Streamed) => void; fail: (error: unknown) => void }

/**
 * Delivers the facts of a stream after `after`, then new facts and passing signals as they come, in order, until the returned function is called.
 * Listens before it first reads, so nothing falls between the two. Callbacks instead of a generator: thousands of idle followers must cost little.
 */
export function followStream(ctx: Context, stream: string, follower: Follower): () => void {
  const waiting: Signal[] = []
  let { after } = follower
  let state: 'idle' | 'reading' | 'again' | 'stopped' = 'idle'

  const read = async () => {
    while (state === 'again') {
      state = 'reading'
      const facts = await eventsAfter(ctx, stream, after, BATCH)
      // A piece of an answer belongs before the fact that completes it, so what was heard up to now goes out first.
      for (const signal of waiting.splice(0)) if (isOpen()) follower.deliver({ signal })
      for (const fact of facts) {
        after = fact.seq
        if (isOpen()) follower.deliver({ fact })
      }
      if (facts.length === BATCH && isOpen()) state = 'again'
    }
    if (isOpen()) state = 'idle'
  }
  const isOpen = () => state !== 'stopped'
  const look = () => {
    if (state === 'reading') state = 'again'
    if (state !== 'idle') return
    state = 'again'
    read().catch(follower.fail)
  }
  const deaf = ctx.bus.listen(stream, (signal) => {
    if (signal && waiting.length < MAX_SIGNALS) waiting.push(signal)
    look()
  })
  look()
  return () => {
    state = 'stopped'
    deaf()
  }
}
