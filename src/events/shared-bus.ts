import { z } from 'zod'
import { listenPostgres } from '../db/postgres.ts'
import { randomId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { type Bus, openBus, type Signal } from './bus.ts'

const MAX_BYTES = 7900 // Postgres takes 8,000 a notification; a longer piece only misses the other nodes' passing view, the fact itself is in the table

const Letter = z.object({ from: z.string(), topic: z.string(), signal: z.looseObject({ type: z.string() }).optional() })

/** A bus that reaches every node on the same Postgres: here at once, elsewhere by listen/notify. */
export function openSharedBus(url: string, log: Log): Bus {
  const local = openBus()
  const self = randomId()
  const others = listenPostgres(
    url,
    (text) => {
      const letter = Letter.safeParse(JSON.parse(text))
      if (!letter.success || letter.data.from === self) return
      const { topic, signal } = letter.data
      if (signal) local.signal(topic, signal as Signal)
      else local.wake(topic)
    },
    (err) => log.warn({ err }, 'other nodes cannot be heard for a moment'),
  )
  const tell = (topic: string, signal?: Signal) => {
    const text = JSON.stringify({ from: self, topic, signal })
    if (Buffer.byteLength(text) <= MAX_BYTES) others.send(text)
  }
  return {
    listen: local.listen,
    keep: local.keep,
    wake(topic) {
      local.wake(topic)
      tell(topic)
    },
    signal(topic, signal) {
      local.signal(topic, signal)
      tell(topic, signal)
    },
    close: others.close,
  }
}
