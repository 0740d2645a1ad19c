import { resolve } from 'node:path'
import type { Chunk } from './chunk.ts'
import { type Exit, startParser, type Watch, watchParser } from './process.ts'
import { messagesOf } from './protocol.ts'
import { CAPS, type Caps, ParsingFailed } from './reasons.ts'

export type Parsing = {
  file: string
  name: string
  caps?: Partial<Caps>
  onProgress?(fraction: number): void
  signal?: AbortSignal
}

/**
 * Reads a document in a process of its own and gives its chunks in batches, in order. Throws ParsingFailed with the reason, or the signal's reason;
 * batches given before a throw are of no use and must be forgotten. The process is gone when this ends, however it ends; leaving the loop early ends it.
 * The caps on time count only while the consumer waits; the process itself waits while the consumer works.
 */
export async function* parseFile({ file, name, caps, onProgress, signal }: Parsing): AsyncGenerator<Chunk[]> {
  signal?.throwIfAborted()
  const limits = { ...CAPS, ...caps }
  const parser = startParser({ file: resolve(file), name, caps: limits })
  const watch = watchParser(parser, limits)
  let received = 0
  signal?.addEventListener('abort', parser.kill)
  try {
    for await (const message of messagesOf(parser.output)) {
      if ('done' in message) return
      if ('failed' in message) throw new ParsingFailed(message.failed, message.detail)
      if ('progress' in message) onProgress?.(message.progress)
      else {
        received += message.chunks.length
        if (received > limits.chunks) throw new ParsingFailed('too_much_text')
        watch.rest()
        yield message.chunks
        watch.resume()
      }
    }
    throw whyEnded({ exit: await parser.exited, watch, signal })
  } finally {
    signal?.removeEventListener('abort', parser.kill)
    watch.stop()
    parser.kill()
    await parser.exited
  }
}

function whyEnded({ exit, watch, signal }: { exit: Exit; watch: Watch; signal?: AbortSignal }): unknown {
  const breach = watch.breach()
  if (breach) return breach
  if (signal?.aborted) return signal.reason
  const cause = exit.error ?? new Error(`the process ended with ${exit.signal ?? exit.code}: ${exit.stderr}`)
  return new ParsingFailed(isOutOfMemory(exit) ? 'out_of_memory' : 'crashed', cause)
}

// How V8 and the allocators say it before they give up.
function isOutOfMemory({ stderr }: Exit): boolean {
  return /heap out of memory|allocation failed|ERR_MEMORY_ALLOCATION_FAILED|bad_alloc|out of memory/i.test(stderr)
}
