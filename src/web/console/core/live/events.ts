import { call } from '../api.ts'
import { ApiError } from '../errors.ts'
import { createStore } from '../store.ts'

/** What happens in the shop, as `GET /api/events` tells it; the fields depend on the type. */
export type Happening = { type: string; timestamp?: string; [field: string]: unknown }

const FIRST_REST = 1000
const LONGEST_REST = 30_000
const SILENCE = 50_000 // the server says something every twenty seconds

/** Whether the stream stands: undefined until the first try has ended. */
export const connected = createStore<boolean | undefined>(undefined)

const heard = new Set<(event: Happening) => void>()
const resumed = new Set<() => void>()
let source: EventSource | undefined
let timer: number | undefined
let rest = FIRST_REST
let generation = 0

/** Hears every happening from now on; the answer ends it. */
export function onEvent(listener: (event: Happening) => void): () => void {
  heard.add(listener)
  return () => void heard.delete(listener)
}

/** Is called whenever the stream stands, first or after a break: what happened before must be asked for. The answer ends it. */
export function onReconnect(listener: () => void): () => void {
  resumed.add(listener)
  return () => void resumed.delete(listener)
}

/** Opens the stream and keeps it open until the answer is called. */
export function keepConnected(): () => void {
  const hurry = () => document.visibilityState === 'visible' && connected.get() === false && reconnect(0)
  window.addEventListener('online', hurry)
  document.addEventListener('visibilitychange', hurry)
  rest = FIRST_REST
  reconnect(0)
  return () => {
    window.removeEventListener('online', hurry)
    document.removeEventListener('visibilitychange', hurry)
    drop()
    connected.set(undefined)
  }
}

function drop(): void {
  generation += 1
  source?.close()
  source = undefined
  clearTimeout(timer)
}

function reconnect(after: number): void {
  drop()
  const mine = generation
  timer = window.setTimeout(() => void connect(mine), after)
}

async function connect(mine: number): Promise<void> {
  try {
    // The ticket works once, so the browser's own way of coming back cannot be used.
    const { ticket } = await call<{ ticket: string }>('POST', '/api/stream-tickets', {})
    if (mine !== generation) return
    source = new EventSource(`/api/events?ticket=${encodeURIComponent(ticket)}`)
    source.onmessage = ({ data }) => take(String(data))
    source.onerror = () => mine === generation && lost()
    watch()
  } catch (error) {
    if (mine !== generation) return
    if (error instanceof ApiError && error.status === 401) return // signed out: the shell ends this
    lost()
  }
}

function take(data: string): void {
  watch()
  if (data === '__ping__') return
  const event = JSON.parse(data) as Happening
  if (event.type === 'connection.established') stands()
  else for (const listener of [...heard]) listener(event)
}

function stands(): void {
  rest = FIRST_REST
  connected.set(true)
  for (const listener of [...resumed]) listener()
}

function lost(): void {
  connected.set(false)
  // Not all at once after a restart: anything from half the rest to the whole.
  reconnect(rest / 2 + Math.random() * (rest / 2))
  rest = Math.min(rest * 2, LONGEST_REST)
}

function watch(): void {
  clearTimeout(timer)
  const mine = generation
  timer = window.setTimeout(() => mine === generation && lost(), SILENCE)
}
