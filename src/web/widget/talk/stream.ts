import { type Api, ApiFailure } from './api.ts'
import { type Frame, readFrames } from './frames.ts'

export interface StreamEvent {
  type: string
  [field: string]: unknown
}

interface StreamOptions {
  api: Api
  dialogId: number
  /** The last event the conversation already contains; read again at each connection. */
  lastEventId: () => number
  onEvent: (event: StreamEvent, id: number | undefined) => void
  onTrouble: (trouble: boolean) => void
  /** The server no longer knows the dialog (gone), or only the place in it. */
  onLost: (gone: boolean) => void
}

export interface Stream {
  dialogId: number
  /** Resolves once events arrive, or after `ms`: an answer must not wait for its stream. */
  ready: (ms: number) => Promise<void>
  /** When the stream last showed life, in milliseconds since 1970. */
  lastLife: () => number
  nudge: () => void
  stop: () => void
}

const SILENCE_MS = 45_000 // the server pings every 20 s: two missed and a little
const FIRST_DELAY_MS = 800
const LONGEST_DELAY_MS = 30_000

/** Keeps one event stream of a dialog open, with back-off and `Last-Event-ID`, until stopped. */
export function openStream(options: StreamOptions): Stream {
  const stopped = new AbortController()
  let current = new AbortController()
  let wake: () => void = () => undefined
  let failures = 0
  let lastLife = 0
  let established: () => void
  const isReady = new Promise<void>((resolve) => {
    established = resolve
  })

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      const pause = await connectOnce().then(() => 0, retryDelay)
      if (stopped.signal.aborted) return
      failures++
      if (failures > 1) options.onTrouble(true)
      await sleep(Math.max(pause, backOff(failures)))
    }
  }

  async function connectOnce(): Promise<void> {
    current = new AbortController()
    let watchdog = setTimeout(() => current.abort(), SILENCE_MS)
    const onLife = () => {
      lastLife = Date.now()
      clearTimeout(watchdog)
      watchdog = setTimeout(() => current.abort(), SILENCE_MS)
      if (failures) options.onTrouble(false)
      failures = 0
      established()
    }
    try {
      const path = `dialogs/${options.dialogId}/events`
      const response = await options.api.stream(path, { lastEventId: options.lastEventId(), signal: current.signal })
      await readFrames(response.body!, { onLife, onFrame: deliver })
    } finally {
      clearTimeout(watchdog)
    }
  }

  function deliver({ id, data }: Frame): void {
    const event = parseEvent(data)
    const number = id ? Number(id) : Number.NaN
    if (event && !stopped.signal.aborted) options.onEvent(event, Number.isSafeInteger(number) ? number : undefined)
  }

  function retryDelay(error: unknown): number {
    if (!(error instanceof ApiFailure)) return 0
    if ([400, 403, 404].includes(error.status)) options.onLost(error.status !== 400)
    return error.status === 429 ? error.retry_after_ms : 0
  }

  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  void run()
  return {
    dialogId: options.dialogId,
    ready: (ms) => Promise.race([isReady, new Promise<void>((resolve) => setTimeout(resolve, ms))]),
    lastLife: () => lastLife,
    nudge: () => wake(),
    stop: () => {
      stopped.abort()
      current.abort()
      wake()
    },
  }
}

// Half of each pause is random, so that visitors do not all come back in the same second after a restart.
function backOff(failures: number): number {
  const longest = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS)
  return longest / 2 + Math.random() * (longest / 2)
}

function parseEvent(data: string): StreamEvent | undefined {
  if (!data.startsWith('{')) return undefined // a ping
  try {
    const event = JSON.parse(data) as StreamEvent
    return typeof event.type === 'string' ? event : undefined
  } catch {
    return undefined // a frame we cannot read is as good as none; the history has the message
  }
}
