import type { Response } from 'express'
import type { Context } from '../context.ts'
import type { Signal } from '../events/bus.ts'
import { tenantTopic } from '../events/publish.ts'
import { factAt, type PastEvent } from '../events/read.ts'
import { toIso } from '../lib/time.ts'
import { greet, join, write } from './sse.ts'

type Watcher = {
  tenant_id: number
  session_id: string
  ip: string
  present: (fact: PastEvent) => Record<string, unknown> | undefined
}

/**
 * Serves every fact of a tenant as it happens, in one stream, with passing signals such as typing. Nothing is replayed and nothing has a number:
 * whoever comes (back) asks the lists for the state and learns here what changes it.
 */
export async function serveDesk(ctx: Context, watcher: Watcher, io: { res: Response }): Promise<void> {
  const topic = tenantTopic(watcher.tenant_id)
  const { res } = io
  const listener = { kind: 'admin' as const, stream: topic, ...watcher }
  join(ctx, listener, res)
  greet(ctx, listener, res)
  const waiting: Signal[] = []
  let busy = false
  const drain = async () => {
    if (busy) return
    busy = true
    try {
      for (let one = waiting.shift(); one; one = waiting.shift()) {
        const shown = one.type === 'fact' ? await shownFact(ctx, one, watcher) : one
        if (shown) write(res, undefined, shown)
      }
    } finally {
      busy = false
    }
  }
  const deaf = ctx.bus.listen(topic, (signal) => {
    if (!signal) return
    waiting.push(signal)
    drain().catch((err) => {
      ctx.log.error({ err }, 'the stream of a desk could not be read')
      res.destroy() // the page comes back and asks for the state
    })
  })
  res.once('close', deaf)
}

async function shownFact(ctx: Context, { stream, seq }: Signal, { present }: Watcher) {
  const fact = await factAt(ctx, String(stream), Number(seq))
  const shown = fact && present(fact)
  return shown && { type: fact.name, ...shown, timestamp: toIso(fact.created_at) }
}
