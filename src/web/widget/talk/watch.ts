import { connect, disconnect, type Line, refreshAndTell } from './line.ts'
import { isHuman, openQuestion } from './state.ts'

const POLL_MS = 5000 // how often an expected answer is looked for when the stream is silent
const SILENCE_MS = 25_000 // the server pings every 20 s
const HIDDEN_MS = 2 * 60_000 // a browser opens only six HTTP/1.1 connections per host: a forgotten tab gives its own back

/** Says so when the connection is lost, and sends what is left when it is back. */
export function watchConnection(line: Line, signal: AbortSignal): void {
  const onOnline = () => {
    line.watcher.onTrouble(false)
    line.stream?.nudge()
    line.sender.retryAll(line.talk)
  }
  addEventListener('online', onOnline, { signal })
  addEventListener('offline', () => line.watcher.onTrouble(true), { signal })
}

/** Gives the stream of a hidden tab back after a while, unless a human may write into it, and opens it again. */
export function watchVisibility(line: Line, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let paused = false
  const pause = () => {
    if (isHuman(line.talk.desk)) return
    paused = line.stream !== undefined
    disconnect(line)
  }
  const onVisibility = () => {
    clearTimeout(timer)
    if (document.hidden) timer = setTimeout(pause, HIDDEN_MS)
    else if (paused && line.host.store.read().dialog_id) connect(line)
    else line.stream?.nudge()
  }
  document.addEventListener('visibilitychange', onVisibility, { signal })
  signal.addEventListener('abort', () => clearTimeout(timer))
}

/** Some proxies hold a stream back until it ends; what is expected is then fetched like a page. */
export function pollWhenSilent(line: Line, signal: AbortSignal): void {
  const timer = setInterval(() => {
    const silent = line.stream && Date.now() - line.stream.lastLife() > SILENCE_MS
    const expects = openQuestion(line.talk) || isHuman(line.talk.desk)
    if (!silent || !expects || document.hidden) return
    refreshAndTell(line).catch(() => line.watcher.onTrouble(true))
  }, POLL_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}
