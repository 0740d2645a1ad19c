import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { pingAll } from '../../src/realtime/sse.ts'
import { until } from '../helpers/app.ts'
import { openSocket, type SocketClient } from './client.ts'
import { aTalk, closing } from './scene.ts'

type Talk = Awaited<ReturnType<typeof aTalk>>

/** A socket by hand: what no decent client sends can be written, and nothing need be read. */
async function rawSocket(talk: Talk, url = talk.guestUrl): Promise<Socket> {
  const { pathname, search, port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => {})
  const key = randomBytes(16).toString('base64')
  const before = talk.sockets()
  socket.write(
    `GET ${pathname}${search} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  )
  await until(() => talk.sockets() === before + 1)
  return socket
}

/** A frame as a client sends it: masked, of less than 126 bytes. */
function clientFrame(first: number, payload: Buffer): Buffer {
  const mask = randomBytes(4)
  const masked = Buffer.from(payload.map((byte, i) => byte ^ mask[i % 4]!))
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), mask, masked])
}

async function stillTalks(client: SocketClient) {
  const before = client.of('ack').length
  client.send({ type: 'send_message', text: 'Ещё здесь?' })
  await until(() => client.of('ack').length === before + 1)
}

for (const [what, code, attack] of [
  ['a frame over 16 KiB', 1009, (one: SocketClient) => one.ws.send('x'.repeat(16 * 1024 + 1))],
  [
    'a frame over 16 KiB in pieces',
    1009,
    (one: SocketClient) => {
      for (let i = 0; i < 20; i++) one.ws.send('x'.repeat(1000), { fin: false })
    },
  ],
  ['a binary frame', 1003, (one: SocketClient) => one.ws.send(Buffer.from('{"type":"typing"}'))],
  [
    'a message of thousands of empty pieces',
    1008,
    (one: SocketClient) => {
      for (let i = 0; i < 2000; i++) one.ws.send('', { fin: false })
    },
  ],
] as const) {
  test(`${what} closes that socket only, with ${code}`, async () => {
    await using talk = await aTalk()
    const [bad, good] = [await talk.asGuest(), await talk.asGuest()]
    attack(bad)
    assert.equal((await bad.closed).code, code)
    await stillTalks(good)
    await until(() => talk.sockets() === 1)
    good.close()
  })
}

for (const [what, code, bytes] of [
  ['text that is not UTF-8', 1007, clientFrame(0x81, Buffer.from([0xc3, 0x28]))],
  ['an unknown kind of frame', 1002, clientFrame(0x83, Buffer.from('x'))],
  ['a frame without a mask', 1002, Buffer.from([0x81, 1, 0x78])],
  ['a frame that claims to be compressed', 1002, clientFrame(0xc1, Buffer.from('x'))],
] as const) {
  test(`${what} closes that socket only, with ${code}`, async () => {
    await using talk = await aTalk()
    const good = await talk.asGuest()
    await until(() => talk.sockets() === 1)
    const bad = await rawSocket(talk)
    let answer = Buffer.alloc(0)
    bad.on('data', (piece: Buffer) => {
      answer = Buffer.concat([answer, piece])
    })
    bad.write(bytes)
    await until(() => answer.includes(Buffer.from([0x88, 2, code >> 8, code & 0xff])))
    await stillTalks(good)
    await until(() => talk.sockets() === 1)
    good.close()
    bad.destroy()
  })
}

test('a text in pieces of one byte is one message', async () => {
  await using talk = await aTalk()
  const client = await talk.asGuest()
  const text = JSON.stringify({ type: 'send_message', text: 'По кусочкам 🙂', client_message_id: 'p1' })
  for (let i = 0; i < text.length - 1; i++)
    client.ws.send(text[i]!.codePointAt(0)! < 0x80 ? text[i]! : '', { fin: false })
  client.ws.send(text.at(-1)!)
  await until(() => client.of('ack')[0] ?? client.of('error')[0])
  const parts = Buffer.from(JSON.stringify({ type: 'send_message', text: 'Целиком 🙂', client_message_id: 'p2' }))
  for (let i = 0; i < parts.length; i++)
    client.ws.send(parts.subarray(i, i + 1), { binary: false, fin: i === parts.length - 1 })
  await until(() => client.of('ack').some((one) => one.client_message_id === 'p2'))
  assert.ok((await talk.guest.messages()).some((one) => one.text === 'Целиком 🙂'))
  client.close()
})

test('what cannot be read is refused in the words of the envelope, and the socket stays', async () => {
  await using talk = await aTalk()
  for (const [bad, field] of [
    [{ type: 'send_message' }, 'text'],
    [{ type: 'send_message', text: '' }, 'text'],
    [{ type: 'send_message', text: '  \n' }, 'text'],
    [{ type: 'send_message', text: 5 }, 'text'],
    [{ type: 'send_message', text: 'x'.repeat(4097) }, 'text'],
    [{ type: 'send_message', text: 'a\0b' }, 'text'],
    ['{"type":"send_message","text":"\\ud800"}', 'text'],
    [{ type: 'send_message', text: 'x', client_message_id: 'с пробелом' }, 'client_message_id'],
    [{ type: 'send_message', text: 'x', client_message_id: 'x'.repeat(101) }, 'client_message_id'],
    [`{"type":"typing","x":${'['.repeat(40)}${']'.repeat(40)}}`, `x${'.0'.repeat(32)}`],
    ['{"type":', 'type'],
    [{ type: 'dance' }, 'type'],
    ['["type"]', 'type'],
    ['null', 'type'],
  ] as [unknown, string][]) {
    const client = await talk.asGuest()
    client.send(bad)
    await until(() => client.of('error')[0])
    const { code, message, details } = client.of('error')[0]!
    assert.equal(code, 'VALIDATION_ERROR', JSON.stringify(bad).slice(0, 80))
    assert.equal((details as { field: string }).field, field, JSON.stringify(bad).slice(0, 80))
    assert.equal(typeof message, 'string')
    client.send('__pong__')
    client.send({ type: 'pong' })
    await stillTalks(client)
    assert.equal(client.of('error').length, 1)
    client.close()
    await client.closed
    await until(() => talk.sockets() === 0)
  }
  assert.deepEqual(
    new Set((await talk.guest.messages()).filter((one) => one.sender === 'user').map((one) => one.text)),
    new Set(['Ещё здесь?']),
  )
})

test('a client that keeps speaking another protocol is closed with 4400', async () => {
  await using talk = await aTalk()
  const client = await talk.asGuest()
  for (let i = 0; i < 6; i++) client.send(`not ours ${i}`)
  assert.equal((await client.closed).code, 4400)
  assert.equal(client.of('error').length, 6)
})

test('fifty messages a minute are taken, the next gets an error and closes with 4429, and a minute later there is room', async () => {
  let skew = 0
  await using talk = await aTalk({}, { now: () => Date.now() + skew })
  const steady = await talk.asStaff()
  for (let i = 0; i < 50; i++) steady.send({ type: 'send_message', text: `Раз ${i}` })
  await until(() => steady.of('ack').length === 50)
  skew = 61_000
  for (let i = 0; i < 51; i++) steady.send({ type: 'send_message', text: `Два ${i}`, client_message_id: `b${i}` })
  assert.deepEqual(await steady.closed, { code: 4429, reason: 'too many messages' })
  const [error, ...more] = steady.of('error')
  assert.deepEqual([error!.code, error!.client_message_id, more], ['RATE_LIMIT_EXCEEDED', 'b50', []])
  assert.ok(Number((error!.details as { retry_after: number }).retry_after) > 0)
  assert.equal(
    (await talk.guest.messages()).some((one) => one.text === 'Два 50'),
    false,
  )
})

test('what a client said before it left by itself is said, what a dismissed one said is not', async () => {
  await using talk = await aTalk()
  const client = await talk.asGuest()
  client.send({ type: 'send_message', text: 'И ушёл' })
  client.close()
  await client.closed
  const other = await talk.asGuest()
  other.send({ type: 'send_message', text: 'Раз' })
  other.ws.send(Buffer.from('bytes'))
  other.send({ type: 'send_message', text: 'После' })
  assert.equal((await other.closed).code, 1003)
  const texts = await until(async () => {
    const all = (await talk.guest.messages()).map((one) => one.text)
    return all.includes('И ушёл') && all
  })
  assert.equal(texts.includes('После'), false)
})

test('every kind of frame is counted, also those that only say that somebody is there', async () => {
  await using talk = await aTalk()
  const client = await talk.asGuest()
  for (let i = 0; i < 1201; i++) client.send('__pong__')
  assert.equal((await client.closed).code, 4429)
})

test('the limits of HTTP hold over a socket, and the two are counted together', async () => {
  await using talk = await aTalk({ 'limits.visitor_message': '3/1m' })
  const client = await talk.asGuest()
  for (let i = 0; i < 2; i++) await talk.guest.say(`По HTTP ${i}`)
  client.send({ type: 'send_message', text: 'Третье' })
  client.send({ type: 'send_message', text: 'Четвёртое', client_message_id: 'c4' })
  await until(() => client.of('ack').length === 1 && client.of('error').length === 1)
  assert.deepEqual(
    [client.of('error')[0]!.code, client.of('error')[0]!.client_message_id],
    ['RATE_LIMIT_EXCEEDED', 'c4'],
  )
  assert.equal((await talk.guest.say('Пятое')).status, 429)
  assert.equal(client.ws.readyState, client.ws.OPEN)
  client.close()
  await using busy = await aTalk({ 'limits.assistant_message': '1/1m' })
  const other = await busy.asGuest()
  for (const text of ['Раз', 'Два']) other.send({ type: 'send_message', text })
  await until(() => other.of('ack').length === 1 && other.of('error').length === 1)
  other.close()
})

test('what staff says and every opened socket count as calls of HTTP do', async () => {
  await using talk = await aTalk({ 'limits.general': '20/1m' })
  const client = await talk.asStaff()
  for (let i = 0; i < 25; i++) client.send({ type: 'send_message', text: `${i}` })
  await until(() => client.of('error').some(({ code }) => code === 'RATE_LIMIT_EXCEEDED'))
  assert.equal((await closing(talk.staffUrl)).code, 4429)
  client.close()
})

test('pings come as text; whoever answers none for 45 seconds is closed with 4408, whoever answers stays', async () => {
  let skew = 0
  await using talk = await aTalk({}, { now: () => Date.now() + skew })
  const silent = await openSocket(talk.guestUrl, {}, { answersPings: false })
  const byText = await talk.asGuest()
  const byPing = await openSocket(talk.guestUrl, {}, { answersPings: false })
  await until(() => talk.sockets() === 3)
  for (let i = 0; i < 3; i++) {
    skew += 20_000
    const ponged = new Promise((resolve) => byPing.ws.once('pong', resolve))
    byPing.ws.ping()
    await ponged
    const pings = byText.pings
    pingAll(talk.app.ctx)
    await until(() => byText.pings === pings + 1)
    await stillTalks(byText)
  }
  assert.deepEqual(await silent.closed, { code: 4408, reason: 'no pong' })
  assert.equal(silent.pings, 2)
  assert.deepEqual([byText.ws.readyState, byPing.ws.readyState], [1, 1])
  byText.close()
  byPing.close()
})

test('a client that never reads is dropped instead of filling the memory', async () => {
  await using talk = await aTalk()
  const socket = await rawSocket(talk)
  socket.pause()
  const text = 'x'.repeat(60_000)
  const before = process.memoryUsage().rss
  for (let i = 0; i < 1000 && talk.sockets() > 0; i++) {
    talk.app.ctx.bus.signal(`dialog:${talk.guest.dialog_id}`, { type: 'dialog.message.delta', text })
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => talk.sockets() === 0)
  assert.ok(process.memoryUsage().rss - before < 60e6)
  socket.destroy()
})

test('a client that asks for pongs without reading them is dropped, too', async () => {
  await using talk = await aTalk()
  const socket = await rawSocket(talk)
  socket.pause()
  const pings = Buffer.concat(Array.from({ length: 500 }, () => clientFrame(0x89, Buffer.alloc(120))))
  for (let i = 0; i < 600 && talk.sockets() > 0; i++) {
    if (!socket.write(pings)) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await until(() => talk.sockets() === 0)
  socket.destroy()
})

test('a socket whose other half is gone is taken out', async () => {
  await using talk = await aTalk()
  const half = await rawSocket(talk)
  half.end()
  await until(() => talk.sockets() === 0)
  const cut = await rawSocket(talk)
  cut.resetAndDestroy()
  await until(() => talk.sockets() === 0)
})

test('a socket that is told to close and does not is cut off within seconds', async () => {
  await using talk = await aTalk()
  const socket = await rawSocket(talk, talk.staffUrl)
  await talk.anna.call('POST', '/api/auth/logout')
  await until(() => talk.sockets() === 0, 4000)
  socket.destroy()
})

test('clients that break off in the middle of the handshake leave nothing behind', async () => {
  await using talk = await aTalk()
  const { pathname, search, port } = new URL(talk.guestUrl)
  for (let i = 0; i < 50; i++) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
      () => socket.resetAndDestroy(),
    )
  }
  const good = await talk.asGuest()
  await stillTalks(good)
  await until(() => talk.sockets() === 1)
  good.close()
})
