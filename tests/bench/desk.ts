import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import WebSocket from 'ws'
import { closeContext, openContext } from '../../src/app.ts'
import { createAssistant } from '../../src/assistants/assistants.ts'
import { openSession } from '../../src/auth/sessions.ts'
import { loadConfig } from '../../src/config/config.ts'
import { addOperator } from '../../src/operators/operators.ts'
import { addQuestion } from '../../src/questions/questions.ts'
import { addUser } from '../../src/users/users.ts'
import { openFakeTelegram } from '../helpers/fake-telegram.ts'
import { type Guest, openGuest, post } from '../helpers/real-server.ts'
import { printFigures, report } from './figures.ts'
import { type Measured, pause, quantile, startServer } from './server.ts'
import { type Open, openStream } from './streams.ts'

// Measures what people who answer people feel: the way of a message to their screen, a race for a dialog, an update of Telegram. The server is the built program as its own process.
const DESKS = 20
const SSE = 500
const SOCKETS = 200
const MESSAGES_A_SECOND = 20
const SECONDS = 20
const OPERATORS = 200
const RACES = 20
const UPDATES = 300
const PASSWORD = 'bench pass 1'
const ROOM = Object.fromEntries(
  ['GENERAL', 'VISITOR_SESSION', 'VISITOR_MESSAGE', 'ASSISTANT_MESSAGE']
    .map((name) => [`REPLYX_LIMITS_${name}`, '1000000/1m'])
    .concat(['SSE_DIALOG', 'SSE_IP', 'SSE_TOTAL'].map((name) => [`REPLYX_LIMITS_${name}`, '10000'])),
)
type Team = { site_token: string; assistant_id: number; owner: string; operators: string[] }

const folder = mkdtempSync(join(tmpdir(), 'replyx-desk-'))
try {
  if (!existsSync(join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js')))
    execFileSync('npm', ['run', 'build'], { stdio: 'inherit' })
  await using telegram = await openFakeTelegram()
  const team = await fillTeam()
  const server = await startServer(folder, { ...ROOM, REPLYX_TELEGRAM_API_ROOT: telegram.url })
  const guests = await Promise.all(Array.from({ length: SOCKETS }, () => openGuest(server, team.site_token)))
  await measureScreens(server, team, guests)
  await measureRaces(server, team, guests)
  const token = telegram.addBot(7_000_000_001, 'bench_bot')
  await post(server, '/api/bots', { assistant_id: team.assistant_id, token }, bearer(team.owner))
  await measureUpdates(server, team, (text) => telegram.write(token, 77, text))
  await server.stop()
  printFigures()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function fillTeam(): Promise<Team> {
  const ctx = await openContext(loadConfig({ env: {}, flags: { data_dir: folder, log_level: 'warn' } }))
  const owner = await addUser(ctx, { email: 'bench@example.com', password: PASSWORD, is_admin: true, confirmed: true })
  const assistant = await createAssistant(ctx, owner.id, { name: 'Bench' })
  await addQuestion(ctx, assistant, {
    question: 'Сколько стоит доставка?',
    answer: 'Доставка стоит 390 рублей.',
    tags: [],
  })
  const operators: string[] = []
  for (let n = 0; n < OPERATORS; n++) {
    const given = { email: `operator${n}@example.com`, name: `Operator ${n}`, password: PASSWORD }
    const { operator } = await addOperator(ctx, owner.id, given)
    operators.push((await openSession(ctx, operator)).access_token)
  }
  const { access_token } = await openSession(ctx, owner)
  await closeContext(ctx)
  return { site_token: assistant.site_token, assistant_id: assistant.id, owner: access_token, operators }
}

/** Visitors write at a steady rate while the assistant answers; a message counts each time it arrives on an operator's screen. */
async function measureScreens(server: Measured, team: Team, guests: Guest[]): Promise<void> {
  const sent = new Map<string, number>()
  const took: number[] = []
  const hear = (line: string) => {
    const id = /"client_message_id":"([^"]+)"/.exec(line)?.[1]
    const begun = id && line.startsWith('data: ') && sent.get(id)
    if (begun) took.push(performance.now() - begun)
  }
  const desks = team.operators.slice(0, DESKS).map((token) => openStream(`${server.url}/api/events`, token, hear))
  const visitors = Array.from({ length: SSE - DESKS }, (_, n) => {
    const { dialog_id, token } = guests[n % guests.length]!
    return openStream(`${server.url}/api/widget/dialogs/${dialog_id}/events`, token, () => {})
  })
  const sockets = guests.map((guest) => openSocket(server, guest))
  const open = [...desks, ...visitors, ...sockets]
  await Promise.all(open.map((one) => one.established))
  await pause(2000)
  const begun = performance.now()
  const messages = MESSAGES_A_SECOND * SECONDS
  await Promise.all(
    Array.from({ length: messages }, async (_, n) => {
      await pause(Math.max(0, begun + (n * 1000) / MESSAGES_A_SECOND - performance.now()))
      const { dialog_id, token } = guests[n % guests.length]!
      const client_message_id = randomUUID()
      sent.set(client_message_id, performance.now())
      const body = { text: 'Сколько стоит доставка?', client_message_id }
      await post(server, `/api/widget/dialogs/${dialog_id}/messages`, body, bearer(token))
    }),
  )
  await pause(1000)
  for (const one of open) one.close()
  console.error(`${took.length} of ${messages * DESKS} arrivals on ${DESKS} screens`)
  report(`message to an operator's screen, ${SSE} SSE and ${SOCKETS} WS, p50`, quantile(took, 0.5), 100, 'ms')
  report(`message to an operator's screen, ${SSE} SSE and ${SOCKETS} WS, p99`, quantile(took, 0.99), 100, 'ms')
}

/** Two hundred operators take one dialog at the same moment, again and again. */
async function measureRaces(server: Measured, team: Team, guests: Guest[]): Promise<void> {
  const took: number[] = []
  for (const { dialog_id } of guests.slice(0, RACES)) {
    const path = `${server.url}/api/dialogs/${dialog_id}/handoff`
    await post({ url: path }, '/request', {}, bearer(team.owner))
    const begun = performance.now()
    const answers = await Promise.all(team.operators.map((token) => grab(`${path}/takeover`, token)))
    took.push(performance.now() - begun)
    const winners = answers.filter((status) => status === 200).length
    if (winners !== 1) throw new Error(`${winners} won a dialog`)
  }
  report(`${OPERATORS} takeovers of one dialog, all answered, p50 of ${RACES}`, quantile(took, 0.5), 1000, 'ms')
  report(`${OPERATORS} takeovers of one dialog, all answered, slowest of ${RACES}`, Math.max(...took), 1000, 'ms')
}

async function grab(url: string, token: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json', ...bearer(token) }
  const answer = await fetch(url, { method: 'POST', headers, body: '{}' })
  await answer.text()
  return answer.status
}

/** From the moment Telegram has an update to its message on an operator's screen: storing it is the first part of that way. */
async function measureUpdates(server: Measured, team: Team, write: (text: string) => number): Promise<void> {
  const heard = new Map<string, () => void>()
  const hear = (line: string) => {
    const text = /"sender":"user","text":"([^"]+)"/.exec(line)?.[1]
    if (text) heard.get(text)?.()
  }
  const desk = openStream(`${server.url}/api/events`, team.owner, hear)
  await desk.established
  await pause(1000)
  const took: number[] = []
  for (let n = 0; n < UPDATES; n++) {
    const text = `Вопрос ${n}`
    const arrived = new Promise<void>((resolve) => heard.set(text, resolve))
    const begun = performance.now()
    write(text)
    await arrived
    took.push(performance.now() - begun)
    await pause(60) // the answer is out and the long poll stands again
  }
  desk.close()
  report('Telegram update to an operator’s screen, p50', quantile(took, 0.5), 20, 'ms')
  report('Telegram update to an operator’s screen, p99', quantile(took, 0.99), 20, 'ms')
}

function openSocket(server: Measured, { dialog_id, token }: Guest): Open {
  const url = `${server.url.replace('http', 'ws')}/ws/widget/dialogs/${dialog_id}?visitor_token=${token}`
  const ws = new WebSocket(url, { origin: server.url })
  const established = new Promise<void>((resolve, reject) => {
    ws.once('open', () => resolve())
    ws.on('error', reject)
  })
  return { established, close: () => ws.terminate() }
}

function bearer(token: string) {
  return { Authorization: `Bearer ${token}` }
}
