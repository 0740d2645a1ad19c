import type { ReplyXFunction } from '../shared/contract.ts'

export type Handlers = Record<string, (argument?: unknown) => void>

type Listener = (detail: unknown) => void

interface Commands {
  connect: (handlers: Handlers) => void
  emit: (event: string, detail?: unknown) => void
}

/** Puts the real `window.ReplyX` in place of the page's queue: `ReplyX('open')`, `('close')`, `('toggle')`,
 * `('send', text)`, `('destroy')`, and `('on', event, listener)`, which gives back a function that stops listening.
 * Calls made before `connect` wait for it, in order. */
export function takeCommands(): Commands {
  const listeners = new Map<string, Set<Listener>>()
  const waiting: ArrayLike<unknown>[] = []
  let handlers: Handlers | undefined

  const emit = (event: string, detail?: unknown) => {
    for (const listener of listeners.get(event) ?? []) callSafely(listener, detail)
  }
  const listen = (event: string, listener: Listener) => {
    const those = listeners.get(event) ?? new Set()
    listeners.set(event, those.add(listener))
    // Whoever asks late still learns that the chat is there.
    if (event === 'ready' && handlers) callSafely(listener, undefined)
    return () => those.delete(listener)
  }
  const replyx = ((...call: unknown[]) => {
    const [command, first, second] = call
    if (command === 'on') return listen(String(first), second as Listener)
    if (!handlers) waiting.push(call)
    else handlers[String(command)]?.(first)
    return undefined
  }) as ReplyXFunction

  const queued = window.ReplyX?.q ?? []
  replyx.loaded = true
  window.ReplyX = replyx
  for (const call of queued) replyx(...(Array.from(call) as [string]))

  const connect = (given: Handlers) => {
    handlers = given
    emit('ready')
    for (const call of waiting.splice(0)) replyx(...(Array.from(call) as [string]))
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
