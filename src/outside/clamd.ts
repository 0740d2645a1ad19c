import { connect, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { SECOND } from '../lib/time.ts'

const TIMEOUT = 30 * SECOND
const MAX_REPLY = 4096

export type Clamd = { scan: (file: Readable) => Promise<string | null>; ping: () => Promise<void> }

/** Asks a clamd daemon (INSTREAM) about a stream: the name of the virus, or null. An unreachable daemon or its refusal is an accident. */
export function openClamd(address: string): Clamd {
  return {
    async scan(file) {
      const reply = await converse(address, async (socket) => {
        socket.write('zINSTREAM\0')
        for await (const chunk of file as AsyncIterable<Buffer>) await sendChunk(socket, chunk)
        socket.write(Buffer.alloc(4))
      })
      const found = /^stream: (.+) FOUND$/.exec(reply)?.[1]
      if (found) return found
      if (reply === 'stream: OK') return null
      throw new Error(`clamd answered: ${reply}`)
    },
    async ping() {
      const reply = await converse(address, async (socket) => void socket.write('zPING\0'))
      if (reply !== 'PONG') throw new Error(`clamd answered: ${reply}`)
    },
  }
}

async function converse(address: string, speak: (socket: Socket) => Promise<void>): Promise<string> {
  const socket = open(address)
  socket.setTimeout(TIMEOUT, () => socket.destroy(new Error('clamd does not answer')))
  const reply = replyOf(socket)
  try {
    // The daemon may refuse in the middle of a stream; its reply then says why.
    await Promise.race([speak(socket), reply])
    return await reply
  } finally {
    socket.destroy()
  }
}

function open(address: string): Socket {
  const tcp = /^([\w.-]+|\[[\da-f:]+\]):(\d+)$/i.exec(address)
  return tcp ? connect(Number(tcp[2]), tcp[1]!.replace(/[[\]]/g, '')) : connect(address)
}

function replyOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = ''
    socket.on('data', (data) => {
      reply += data.toString('utf8')
      if (reply.length > MAX_REPLY) socket.destroy(new Error('clamd talks too much'))
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(reply.replace(/\0.*$/s, '').trim()))
  })
}

async function sendChunk(socket: Socket, chunk: Buffer): Promise<void> {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(chunk.length)
  socket.write(length)
  if (socket.write(chunk)) return
  await new Promise<void>((resolve) => {
    const done = () => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.on('drain', done)
    socket.on('close', done)
  })
}
