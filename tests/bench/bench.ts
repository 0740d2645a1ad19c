import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { closeContext, openContext } from '../../src/app.ts'
import { createAssistant } from '../../src/assistants/assistants.ts'
import { loadConfig } from '../../src/config/config.ts'
import { importLines } from '../../src/knowledge/import.ts'
import { addUser } from '../../src/users/users.ts'
import { type Guest, openGuest, post } from '../helpers/real-server.ts'
import { passages, questions, vocabulary } from './corpus.ts'
import { printFigures, report } from './figures.ts'
import { type Measured, pause, quantile, startServer } from './server.ts'
import { openStream } from './streams.ts'

// Measures what the README promises, on the built program as its own process, and prints each figure beside its goal. A benchmark, not a test: it fails nothing.
const PASSAGES = 10_000
const QUESTIONS_A_SECOND = 50
const SECONDS = 20
const IDLE_STREAMS = 2000
const LIMITS = Object.fromEntries(
  ['GENERAL', 'VISITOR_SESSION', 'VISITOR_MESSAGE', 'ASSISTANT_MESSAGE'].map((name) => [
    `REPLYX_LIMITS_${name}`,
    '1000000/1m',
  ]),
)
const ROOM = {
  ...LIMITS,
  REPLYX_LIMITS_SSE_DIALOG: '10000',
  REPLYX_LIMITS_SSE_IP: '10000',
  REPLYX_LIMITS_SSE_TOTAL: '10000',
}

const folder = mkdtempSync(join(tmpdir(), 'replyx-bench-'))
try {
  if (!existsSync(join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js')))
    execFileSync('npm', ['run', 'build'], { stdio: 'inherit' })
  const shop = await fillShop()
  // `bench.ts streams` measures the streams alone.
  if (process.argv[2] !== 'streams') await measureServer(shop)
  const rested = await startServer(folder, ROOM)
  await measureStreams(rested, shop)
  await rested.stop()
  printFigures()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measureServer(shop: { site_token: string }): Promise<void> {
  const server = await startServer(folder, ROOM)
  report(`start to ready, ${PASSAGES} passages stored`, server.ready_ms, 1000, 'ms')
  await pause(5000)
  report('idle memory of the server', server.rss() / 2 ** 20, 120, 'MB')
  await measureAnswers(server, shop)
  await measureMessagePath(server, shop)
  await server.stop()
}

async function fillShop(): Promise<{ site_token: string }> {
  const ctx = await openContext(loadConfig({ env: {}, flags: { data_dir: folder, log_level: 'warn' } }))
  const user = await addUser(ctx, {
    email: 'bench@example.com',
    password: 'bench pass 1',
    is_admin: true,
    confirmed: true,
  })
  const assistant = await createAssistant(ctx, user.id, { name: 'Bench', system_prompt: '' })
  const lines = passages(PASSAGES)
  const file = join(folder, 'lines.jsonl')
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'))
  const begun = performance.now()
  const { chunks } = await importLines(ctx, assistant, file)
  console.error(
    `indexed ${chunks} passages (${vocabulary(lines)} stems) at ${Math.round(chunks / ((performance.now() - begun) / 1000))} a second`,
  )
  await closeContext(ctx)
  return assistant
}

/** Visitors ask at a steady rate; an answer counts when it arrives on the visitor's own stream. */
async function measureAnswers(server: Measured, shop: { site_token: string }): Promise<void> {
  const guests = await Promise.all(Array.from({ length: 50 }, () => openGuest(server, shop.site_token)))
  const asked = new Map<number, number>()
  const heard = new Map<number, number>()
  let answered = 0
  for (const guest of guests) {
    openStream(...streamOf(server, guest), (line) => {
      if (!line.startsWith('data: {')) return
      const { message } = JSON.parse(line.slice(6)) as {
        message?: { sender: string; reply_to: number; answered: boolean }
      }
      if (message?.sender !== 'assistant') return
      if (message.answered) answered++
      heard.set(message.reply_to, performance.now())
    })
  }
  await pause(500)
  await server.probe()
  const all = questions(QUESTIONS_A_SECOND * SECONDS, PASSAGES)
  const begun = performance.now()
  await Promise.all(
    all.map(async (text, i) => {
      await pause(Math.max(0, begun + (i * 1000) / QUESTIONS_A_SECOND - performance.now()))
      const guest = guests[i % guests.length]!
      const sent = performance.now()
      const { id } = await post(
        server,
        `/api/widget/dialogs/${guest.dialog_id}/messages`,
        { text, client_message_id: randomUUID() },
        { Authorization: `Bearer ${guest.token}` },
      )
      asked.set(Number(id), sent)
    }),
  )
  await pause(2000)
  const loop = await server.probe()
  console.error(`${heard.size} of ${all.length} questions answered or honestly refused, ${answered} answered`)
  const times = [...asked].flatMap(([id, sent]) => (heard.has(id) ? [heard.get(id)! - sent] : []))
  report(`question to answer at ${QUESTIONS_A_SECOND}/s, p50`, quantile(times, 0.5), 30, 'ms')
  report(`question to answer at ${QUESTIONS_A_SECOND}/s, p99`, quantile(times, 0.99), 80, 'ms')
  report('longest block of the event loop under that load', loop.max, 50, 'ms')
}

/** The same inserts by the product and by a bare express route, in turns, so that both meet the same machine. */
async function measureMessagePath(server: Measured, shop: { site_token: string }): Promise<void> {
  const bare = spawn(process.execPath, [join(import.meta.dirname, 'bare.ts'), join(folder, 'bare.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve) => {
    createInterface({ input: bare.stdout }).once('line', (line) => resolve((JSON.parse(line) as { url: string }).url))
  })
  const guest = await openGuest(server, shop.site_token)
  // The assistant is switched off, so that answering does not compete for the core that is measured.
  await switchAssistant(server, false)
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < 800; round++) {
    const body = { text: 'Сколько стоит доставка до пункта выдачи?', client_message_id: randomUUID() }
    ours.push(
      await timed(() =>
        post(server, `/api/widget/dialogs/${guest.dialog_id}/messages`, body, {
          Authorization: `Bearer ${guest.token}`,
        }),
      ),
    )
    theirs.push(await timed(() => post({ url }, '/dialogs/1/messages', body, {})))
  }
  bare.kill('SIGTERM')
  await switchAssistant(server, true)
  console.error(
    `message path: ours p50 ${quantile(ours, 0.5).toFixed(2)} ms, bare p50 ${quantile(theirs, 0.5).toFixed(2)} ms`,
  )
  report('message path against a bare express route, p50', quantile(ours, 0.5) / quantile(theirs, 0.5), 2, '×')
}

async function switchAssistant(server: Measured, is_active: boolean): Promise<void> {
  const login = await post(server, '/api/auth/login', { email: 'bench@example.com', password: 'bench pass 1' }, {})
  await fetch(`${server.url}/api/assistants/1`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${login.access_token}` },
    body: JSON.stringify({ is_active }),
  })
}

async function measureStreams(server: Measured, shop: { site_token: string }): Promise<void> {
  await fetch(`${server.url}/api/system/health`)
  const guests = await Promise.all(Array.from({ length: 20 }, () => openGuest(server, shop.site_token)))
  await pause(3000)
  const before = server.rss()
  const opened = Array.from({ length: IDLE_STREAMS }, (_, i) =>
    openStream(...streamOf(server, guests[i % guests.length]!), () => {}),
  )
  await Promise.all(opened.map((one) => one.established))
  // Two rounds of pings: what opening them left behind is collected by then, what they cost while idle is not.
  await pause(45_000)
  report(`memory of each of ${IDLE_STREAMS} idle streams`, (server.rss() - before) / IDLE_STREAMS / 1024, 30, 'KB')
  for (const one of opened) one.close()
}

function streamOf({ url }: Measured, { dialog_id, token }: Guest): [string, string] {
  return [`${url}/api/widget/dialogs/${dialog_id}/events`, token]
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}
