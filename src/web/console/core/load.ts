import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { sentenceOf } from './errors.ts'
import { onReconnect } from './live/events.ts'

export type Loaded<T> = {
  /** What came last; stays while it is asked for again. */
  data: T | undefined
  /** A sentence about why the last try failed. */
  error: string | undefined
  reload: () => Promise<void>
  /** Shows a change before the server is asked again. */
  set: (change: (now: T) => T) => void
}

/** Asks when the component appears, when one of `by` changes and whenever the stream stands (again); late answers to older questions are dropped. */
export function useLoad<T>(ask: () => Promise<T>, by: unknown[] = []): Loaded<T> {
  const [state, setState] = useState<{ data: T | undefined; error: string | undefined }>({
    data: undefined,
    error: undefined,
  })
  const round = useRef(0)
  const latest = useRef(ask)
  latest.current = ask
  const reload = useCallback(async () => {
    round.current += 1
    const mine = round.current
    try {
      const data = await latest.current()
      if (mine === round.current) setState({ data, error: undefined })
    } catch (error) {
      if (mine === round.current) setState((now) => ({ ...now, error: sentenceOf(error) }))
    }
  }, [])
  useEffect(() => {
    setState({ data: undefined, error: undefined })
    void reload()
    const end = onReconnect(() => void reload())
    return () => {
      round.current += 1
      end()
    }
  }, by)
  const set = useCallback(
    (change: (now: T) => T) => setState((now) => (now.data === undefined ? now : { ...now, data: change(now.data) })),
    [],
  )
  return { ...state, reload, set }
}

/** Asks again every so often while `when` holds and somebody looks on: for what no happening tells. */
export function usePolling({ reload }: Pick<Loaded<unknown>, 'reload'>, every_ms: number, when = true): void {
  useEffect(() => {
    if (!when) return
    const timer = setInterval(() => document.visibilityState === 'visible' && void reload(), every_ms)
    return () => clearInterval(timer)
  }, [when])
}

/** A verb with its state: `run` ignores a second call while the first is under way, and keeps what went wrong for showing. */
export function useAction<A extends unknown[]>(verb: (...given: A) => Promise<void>) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const running = useRef(false)
  const run = async (...given: A) => {
    if (running.current) return
    running.current = true
    setBusy(true)
    setError(undefined)
    try {
      await verb(...given)
    } catch (problem) {
      setError(problem)
    } finally {
      running.current = false
      setBusy(false)
    }
  }
  return { run, busy, error, forget: () => setError(undefined) }
}
