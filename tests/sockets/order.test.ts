import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { openShell } from '../cli/shell.ts'
import { until } from '../helpers/app.ts'
import { engines } from '../helpers/engines.ts'
import { openSocket, type SocketClient } from './client.ts'
import { aTalk } from './scene.ts'

const seqsOf = (client: SocketClient) => client.frames.flatMap((one) => one.seq ?? [])
const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i)

test('fifty sockets and one writer: each sees every number once, in order', async () => {
  await using talk = await aTalk({ 'limits.sse_dialog': '100', 'limits.sse_ip': '100' })
  const clients = await Promise.all(Array.from({ length: 50 }, (_, i) => (i % 2 ? talk.asStaff() : talk.asGuest())))
  const writer = clients[0]!
  for (let i = 0; i < 40; i++) writer.send({ type: 'send_message', text: `Вопрос ${i}` })
  await until(() => writer.of('ack').length === 40)
  const facts = 80 // each question has its answer
  await until(() => clients.every((one) => seqsOf(one).length >= facts), 20_000)
  for (const client of clients) assert.deepEqual(seqsOf(client), upTo(facts))
  for (const client of clients) client.close()
})

for (const engine of engines) {
  test(`whoever comes and goes in the middle of traffic misses nothing and sees nothing twice (${engine})`, async () => {
    await using talk = await aTalk({}, {}, engine)
    const facts = 80
    const traffic = (async () => {
      for (let i = 0; i < facts / 2; i++) await talk.guest.say(`Вопрос ${i}`)
    })()
    const seen: number[] = []
    while ((seen.at(-1) ?? 0) < facts) {
      const client = await talk.asStaff(`&last_seq=${seen.at(-1) ?? 0}`)
      await until(() => seqsOf(client).length > 0)
      client.ws.terminate()
      await client.closed
      seen.push(...seqsOf(client))
    }
    await traffic
    assert.deepEqual(seen, upTo(facts))
  })
}

test('five hundred idle sockets cost little memory each', async (t) => {
  await using shell = openShell({
    REPLYX_LIMITS_SSE_DIALOG: '1000',
    REPLYX_LIMITS_SSE_IP: '1000',
    REPLYX_LIMITS_GENERAL: '10000/1m',
  })
  const { url, child, dialog_id, token } = await visitorOf(shell)
  const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1])
  const open = () => openSocket(`${url}/ws/widget/dialogs/${dialog_id}?visitor_token=${token}`)
  const clients = [await open()]
  const before = rss()
  for (let i = 0; i < 50; i++) clients.push(...(await Promise.all(Array.from({ length: 10 }, open))))
  await until(() => clients.every((one) => one.frames.length === 1))
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const each = (rss() - before) / 500
  t.diagnostic(`${each.toFixed(1)} KiB of the server's memory for each of 500 idle sockets`)
  assert.ok(each < 100)
  for (const client of clients) client.ws.terminate()
})

async function visitorOf(shell: ReturnType<typeof openShell>) {
  await shell.run('user', 'add', '--email', 'anna@example.com', '--password-file', 'pw')
  const made = await shell.run('assistant', 'add', '--name', 'Помощник', '--owner', 'anna@example.com', '--json')
  const { url, child } = await shell.serve()
  const post = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{}',
    })
    return (await response.json()) as Record<string, string>
  }
  const { site_token } = made.json<{ site_token: string }>()
  const { visitor_token } = await post('/api/widget/session', { 'X-Site-Token': site_token, Origin: url })
  const dialog = await post('/api/widget/dialogs', { Authorization: `Bearer ${visitor_token}` })
  return { url, child, dialog_id: dialog.id, token: visitor_token }
}
