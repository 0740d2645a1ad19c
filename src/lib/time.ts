export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Epoch milliseconds as ISO-8601 UTC with `Z`, the wire's form of a moment. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString()
}

/** The same for a moment that may be missing. */
export function toIsoOrNull(ms: number | null): string | null {
  return ms === null ? null : toIso(ms)
}

/** A span as a clock shows it, HH:MM:SS; hours go beyond a day. */
export function asClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND))
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, '0'))
    .join(':')
}

/** The span in the middle of many, so that one forgotten case does not spoil them; undefined for none. */
export function medianOf(spans: number[]): number | undefined {
  return spans.toSorted((a, b) => a - b)[spans.length >> 1]
}

/** Resolves after `ms`, or at once when the signal aborts; never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
}
