import { Console } from 'node:console'
import dgram from 'node:dgram'
import dns from 'node:dns'
import { stat } from 'node:fs/promises'
import net from 'node:net'
import { trimTo } from '../lib/text.ts'
import { type Block, createOutline, type Reader } from './blocks.ts'
import { type Chunk, chunkBlocks } from './chunk.ts'
import { type Format, recogniseFormat } from './formats.ts'
import { BATCH, DETAIL_LIMIT, type Job, type Message } from './protocol.ts'
import { ParsingFailed, type Reason } from './reasons.ts'
import { isUnreadable, normaliseLine } from './text.ts'

// The entry of the process that reads one document: it may be hostile, so this process has nothing to lose and nobody to call.

// Loaded when needed: each library costs the start up to a tenth of a second.
const READERS: Record<Format, () => Promise<Reader>> = {
  pdf: async () => (await import('./formats/pdf/pdf.ts')).readPdf,
  docx: async () => (await import('./formats/office/docx.ts')).readDocx,
  xlsx: async () => (await import('./formats/office/xlsx.ts')).readXlsx,
  html: async () => (await import('./formats/html.ts')).readHtml,
  md: async () => (await import('./formats/markdown.ts')).readMarkdown,
  txt: async () => (await import('./formats/plain.ts')).readPlain,
  csv: async () => (await import('./formats/csv.ts')).readCsv,
}

// Reading takes most of the time, cutting into chunks the rest.
const READING_SHARE = 0.7
// As much as the check for readable text looks at.
const BEGINNING_BLOCKS = 500

forbidNetwork()
await run(JSON.parse(process.argv[2]!))
process.exit()

async function run(job: Job): Promise<void> {
  // What a library has to say must not get between the messages.
  globalThis.console = new Console(process.stderr)
  try {
    await sendChunks(await readBlocks(job), job)
    await send({ done: true })
  } catch (error) {
    const reason = reasonOf(error)
    if (!reason) throw error
    await send({ failed: reason, detail: detailOf(error) })
  }
}

// The permission model of this Node knows no network, so the ways out are taken away.
function forbidNetwork(): void {
  const refuse = () => {
    throw new Error('a document must not reach the network')
  }
  Object.assign(net.Socket.prototype, { connect: refuse })
  Object.assign(net.Server.prototype, { listen: refuse })
  Object.assign(dgram.Socket.prototype, { bind: refuse, connect: refuse, send: refuse })
  Object.assign(dns, { lookup: refuse, resolve: refuse })
}

async function readBlocks({ file, name, caps }: Job): Promise<Block[]> {
  if ((await stat(file)).size > caps.file_bytes) throw new ParsingFailed('too_large')
  const format = await recogniseFormat(file, name)
  const outline = createOutline(caps.text_bytes)
  const read = await READERS[format]()
  await read({ file, caps, report: reporter() }, outline)
  const blocks = outline.blocks()
  if (blocks.length === 0) throw new ParsingFailed('empty')
  if (isUnreadable(beginningOf(blocks))) throw new ParsingFailed('unreadable_text')
  return blocks
}

// A step of a hundredth is as fine as anyone sees.
function reporter(): (fraction: number) => void {
  let told = 0
  return (fraction) => {
    const progress = Math.floor(fraction * READING_SHARE * 100) / 100
    if (progress <= told) return
    told = progress
    void send({ progress })
  }
}

function beginningOf(blocks: Block[]): string {
  return blocks
    .slice(0, BEGINNING_BLOCKS)
    .map((block) => block.text)
    .join('\n')
}

async function sendChunks(blocks: Block[], { name, caps }: Job): Promise<void> {
  let batch: Chunk[] = []
  let sent = 0
  for (const chunk of chunkBlocks(blocks, documentTitle(name))) {
    if (chunk.position >= caps.chunks) throw new ParsingFailed('too_much_text')
    batch.push(chunk)
    if (batch.length < BATCH) continue
    await send({ chunks: batch })
    sent += batch.length
    batch = []
    // How many there will be isn't known; blocks and chunks are about as many.
    await send({ progress: READING_SHARE + (1 - READING_SHARE) * (sent / (sent + blocks.length)) })
  }
  if (batch.length > 0) await send({ chunks: batch })
}

// The ending tells nothing to a reader of sources.
function documentTitle(name: string): string {
  return trimTo(normaliseLine(name).replace(/(?<=.)\.(?:pdf|docx|xlsx|html?|xhtml|md|markdown|txt|csv|tsv)$/i, ''), 200)
}

function send(message: Message): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve()))
}

// Undefined for what isn't the file's fault: then the process ends with the error and its parent tells of an accident.
function reasonOf(error: unknown): Reason | undefined {
  if (error instanceof ParsingFailed) return error.reason
  const { code = '', message = '' } = error as NodeJS.ErrnoException
  if (code === 'ERR_MEMORY_ALLOCATION_FAILED' || /array buffer allocation failed/i.test(message)) return 'out_of_memory'
  if (error instanceof ReferenceError) return undefined
  if (['ENOENT', 'EACCES', 'ERR_ACCESS_DENIED', 'ERR_MODULE_NOT_FOUND'].includes(code)) return undefined
  return 'damaged'
}

function detailOf(error: unknown): string {
  const cause = error instanceof ParsingFailed ? error.cause : error
  return cause === undefined
    ? ''
    : String(cause instanceof Error ? cause.stack : cause)
        .slice(0, DETAIL_LIMIT)
        .toWellFormed()
}
