import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { openClamd } from '../../src/outside/clamd.ts'
import { startTestApp } from '../helpers/app.ts'
import { anAssistant, signUp } from '../helpers/people.ts'

const MARK = 'EICAR-LIKE-MARK'

/** A daemon that speaks clamd's INSTREAM: finds the mark anywhere in a stream, refuses streams over `limit` bytes. */
async function openDaemon(limit = 1_000_000) {
  const seen: number[] = []
  const server = createServer((socket) => serve(socket, { seen, limit }))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    address,
    seen,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
}

function serve(socket: Socket, { seen, limit }: { seen: number[]; limit: number }): void {
  let held = Buffer.alloc(0)
  let content = Buffer.alloc(0)
  let isStream = false
  socket.on('error', () => {})
  socket.on('data', (data) => {
    held = Buffer.concat([held, data])
    if (!isStream) {
      const end = held.indexOf(0)
      if (end < 0) return
      if (held.subarray(0, end).toString() === 'zPING') return void socket.end('PONG\0')
      isStream = true
      held = held.subarray(end + 1)
    }
    while (held.length >= 4) {
      const length = held.readUInt32BE(0)
      if (length === 0) {
        seen.push(content.length)
        return void socket.end(content.includes(MARK) ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0')
      }
      if (held.length < 4 + length) return
      content = Buffer.concat([content, held.subarray(4, 4 + length)])
      held = held.subarray(4 + length)
      if (content.length > limit) return void socket.end('INSTREAM size limit exceeded. ERROR\0')
    }
  })
}

test('a clean stream is clean, a marked one is named, wherever the mark stands and however it is cut', async () => {
  await using daemon = await openDaemon()
  const clamd = openClamd(daemon.address)
  await clamd.ping()
  const large = Buffer.alloc(700_000, 'x')
  assert.equal(await clamd.scan(Readable.from([large])), null)
  assert.equal(
    await clamd.scan(
      Readable.from([large.subarray(0, 1000), Buffer.from(MARK.slice(0, 5)), Buffer.from(MARK.slice(5))]),
    ),
    'Eicar-Test-Signature',
  )
  assert.deepEqual(daemon.seen, [700_000, 1000 + MARK.length])
})

test('a refusal, an absent daemon and nonsense are accidents, never a clean bill', async () => {
  await using daemon = await openDaemon(100)
  await assert.rejects(
    openClamd(daemon.address).scan(Readable.from([Buffer.alloc(500_000)])),
    /size limit|EPIPE|ECONNRESET/,
  )
  await assert.rejects(openClamd('127.0.0.1:1').scan(Readable.from([Buffer.from('x')])), /ECONNREFUSED/)
  await assert.rejects(openClamd('/nonexistent/clamd.sock').ping(), /ENOENT/)
})

test('an infected upload is refused by name and leaves no file behind; while the daemon is away nothing is accepted', async () => {
  const daemon = await openDaemon()
  await using app = await startTestApp({ flags: { 'clamd.socket': daemon.address } })
  const anna = await signUp(app, 'anna')
  const assistant = await anAssistant(app, anna)
  const send = (text: string) => {
    const form = new FormData()
    form.set('file', new Blob([text]), 'a.txt')
    form.set('assistant_id', String(assistant.id))
    return app.call('POST', '/api/documents/upload', { raw: form, token: anna.token })
  }
  const infected = await send(`Прайс. ${MARK}`)
  assert.deepEqual(
    [infected.status, infected.body.error?.code, infected.body.error?.details.virus],
    [422, 'VIRUS_DETECTED', 'Eicar-Test-Signature'],
  )
  assert.equal((await send('Прайс без вирусов.')).status, 201)
  assert.equal(readdirSync(join(app.folder, 'uploads')).filter((name) => name !== 'incoming').length, 1)
  await daemon[Symbol.asyncDispose]()
  assert.equal((await send('Другой прайс.')).status, 500)
  assert.deepEqual(readdirSync(join(app.folder, 'uploads', 'incoming')), [])
})
