import type { Context } from '../context.ts'
import { countEventsSince } from '../events/read.ts'
import { asClock, DAY } from '../lib/time.ts'

/** The open streams of this process by kind, how long streams last on average (HH:MM:SS), and the facts announced since midnight UTC. */
export async function streamStats(ctx: Context) {
  const open = [...ctx.connections.all()]
  const by = (kind: string) => open.filter((one) => one.kind === kind).length
  const ended = ctx.connections.ended()
  const now = ctx.now()
  const lasted = open.reduce((sum, one) => sum + now - one.since, ended.total_ms)
  return {
    total_connections: open.length,
    connections_by_type: { admin: by('admin'), widget: by('widget'), site: by('site') },
    average_duration: asClock(lasted / Math.max(1, open.length + ended.count)),
    events_sent_today: await countEventsSince(ctx, now - (now % DAY)),
  }
}
