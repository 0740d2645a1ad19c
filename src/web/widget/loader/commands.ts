import type { ReplyXFunction } from '../shared/contract.ts'

export type Handlers = Record<string, (argument: never) => void>

type Listener = (detail: unknown) => void

interface Commands {
  connect: (handlers: Handlers) => void
  emit: (event: string, detail?: unknown) => void
}

/** Puts the real `window.ReplyX` in place of the page's queue: `ReplyX('open')`, `('close')`, `('toggle')`,
 * `('send', text)`, `('callHuman')`, `('identify', signed)`, `('destroy')`, `('on', event, listener)`, which gives back
 * a function that stops listening, and `('off', event, listener)`. Calls made before `connect` wait for it, in order. */
export function takeCommands(): Commands {
  const listeners = new Map<string, Set<Listener>>()
  const waiting: ArrayLike<unknown>[] = []
  let handlers: Handlers | undefined

  const emit = (event: string, detail?: unknown) => {
    for (const listener of listeners.get(event) ?? []) callSafely(listener, detail)
  }
  const ignore = (event: string, listener: Listener) => listeners.get(event)?.delete(listener)
  const listen = (event: string, listener: Listener) => {
    const those = listeners.get(event) ?? new Set()
    listeners.set(event, those.add(listener))
    // Whoever asks late still learns that the chat is there.
    if (event === 'ready' && handlers) callSafely(listener, undefined)
    return () => ignore(event, listener)
  }
  const replyx = ((...call: unknown[]) => {
    const [command, first, second] = call as [string, never, Listener]
    if (command === 'on') return listen(first, second)
    if (command === 'off') ignore(first, second)
    else if (!handlers) waiting.push(call)
    else handlers[command]?.(first)
    return undefined
  }) as ReplyXFunction

  const queued = window.ReplyX?.q ?? []
  replyx.loaded = true
  window.ReplyX = replyx
  const run = (calls: Iterable<ArrayLike<unknown>>) => {
    for (const call of calls) replyx(...(Array.from(call) as [string]))
  }
  run(queued)

  const connect = (given: Handlers) => {
    handlers = given
    emit('ready')
    run(waiting.splice(0))
  }
  return { connect, emit }
}

// A mistake in the page's own listener must not stop the chat; the page's console still shows it.
function callSafely(listener: Listener, detail: unknown): void {
  try {
    listener(detail)
  } catch (error) {
    console.error(error)
  }
}
