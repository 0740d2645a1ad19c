import { OutsideFailed } from './failures.ts'

/** Lets `places` in at once, the rest in the order they came; who gives up waiting leaves the queue with `aborted`. */
export function turnstile(system: string, places: number): (signal?: AbortSignal) => Promise<Disposable> {
  let free = places
  const queue = new Set<() => void>()
  const leave = () => {
    const [next] = queue
    if (!next) free++
    else next()
  }
  return async (signal) => {
    if (signal?.aborted) throw new OutsideFailed(system, 'aborted')
    if (free > 0) free--
    else await inQueue(system, queue, signal)
    return { [Symbol.dispose]: leave }
  }
}

function inQueue(system: string, queue: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const enter = () => {
      queue.delete(enter)
      signal?.removeEventListener('abort', giveUp)
      resolve()
    }
    const giveUp = () => {
      queue.delete(enter)
      reject(new OutsideFailed(system, 'aborted'))
    }
    queue.add(enter)
    signal?.addEventListener('abort', giveUp, { once: true })
  })
}
