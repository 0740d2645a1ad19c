import { z } from 'zod'
import { MAXIMUM } from './chunk.ts'
import type { Caps } from './reasons.ts'
import { ParsingFailed, REASONS, type Reason } from './reasons.ts'

/** What the child is started with, as JSON in its one argument. */
export type Job = { file: string; name: string; caps: Caps }

/** Chunks in one message: some 100 kB, so that nobody holds the event loop for long. */
export const BATCH = 64
export const DETAIL_LIMIT = 2000

// A title is at most 400 characters, see chunk.ts.
const Chunk = z.object({ title: z.string().max(400), text: z.string().min(1).max(MAXIMUM), position: z.int().min(0) })

/** One line of the child's output. It reads hostile files, so its words are checked like anyone's. */
const Message = z.union([
  z.strictObject({ chunks: z.array(Chunk).max(BATCH) }),
  z.strictObject({ progress: z.number().min(0).max(1) }),
  z.strictObject({
    failed: z.enum(Object.keys(REASONS) as [Reason, ...Reason[]]),
    detail: z.string().max(DETAIL_LIMIT),
  }),
  z.strictObject({ done: z.literal(true) }),
])
export type Message = z.infer<typeof Message>

// A full batch in letters that JSON escapes six bytes each stays below.
const LINE_LIMIT = 1024 * 1024

/** The messages of a child as they come. Throws ParsingFailed, as an accident, when a line is too long or isn't a message. */
export async function* messagesOf(output: AsyncIterable<Buffer>): AsyncGenerator<Message> {
  let held: Buffer[] = []
  let size = 0
  for await (const piece of output) {
    let from = 0
    for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, from)) {
      yield toMessage(Buffer.concat([...held, piece.subarray(from, end)]))
      held = []
      size = 0
      from = end + 1
    }
    size += piece.length - from
    if (size > LINE_LIMIT) throw new ParsingFailed('crashed', 'a line without end')
    held.push(piece.subarray(from))
  }
}

function toMessage(line: Buffer): Message {
  try {
    return Message.parse(JSON.parse(line.toString()))
  } catch (cause) {
    throw new ParsingFailed('crashed', cause)
  }
}
