import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { closeContext, openContext } from '../../src/app.ts'
import { createAssistant } from '../../src/assistants/assistants.ts'
import { loadConfig } from '../../src/config/config.ts'
import { openSqlite } from '../../src/db/sqlite.ts'
import { addQuestion } from '../../src/questions/questions.ts'
import { addUser } from '../../src/users/users.ts'
import { until } from '../helpers/app.ts'
import { type Guest, openGuest, post, type RealServer, startRealServer } from '../helpers/real-server.ts'

const KILLS = Number(process.env.KILLS ?? 5) // more with KILLS=100
const LIMITS = Object.fromEntries(
  ['GENERAL', 'VISITOR_SESSION', 'VISITOR_MESSAGE', 'ASSISTANT_MESSAGE'].map((name) => [
    `REPLYX_LIMITS_${name}`,
    '1000000/1m',
  ]),
)

test(`a server killed ${KILLS} times under load loses no acknowledged message, doubles none, and answers each exactly once`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'replyx-kill-'))
  const site_token = await aShop(folder)
  const acknowledged: number[] = []
  let guest: Guest | undefined
  for (let round = 0; round < KILLS; round++) {
    const server = await startRealServer(folder, { REPLYX_PORT: '0', ...LIMITS })
    guest ??= await openGuest(server, site_token)
    const until = Date.now() + 200 + Math.random() * 800
    const talkers = Array.from({ length: 4 }, () => talk(server, guest!, { until, acknowledged }))
    await new Promise((resolve) => setTimeout(resolve, until - Date.now()))
    await server.kill('SIGKILL')
    await Promise.all(talkers)
  }
  const last = await startRealServer(folder, { REPLYX_PORT: '0', ...LIMITS })
  const database = openSqlite(join(folder, 'replyx.db'), { readonly: true })
  await until(() => (database.prepare('select count(*) n from tasks').get() as { n: number }).n === 0, 60_000)
  await last.kill('SIGTERM')

  const questions = database.prepare("select id, source_id from messages where sender = 'user'").all() as {
    id: number
    source_id: string
  }[]
  const answers = database
    .prepare("select reply_to, count(*) n from messages where sender = 'assistant' group by reply_to")
    .all() as { reply_to: number; n: number }[]
  const known = new Set(questions.map((one) => one.id))
  assert.ok(acknowledged.length > KILLS * 5, `only ${acknowledged.length} acknowledged`)
  assert.deepEqual(
    acknowledged.filter((id) => !known.has(id)),
    [],
  )
  assert.equal(new Set(questions.map((one) => one.source_id)).size, questions.length)
  assert.deepEqual(
    answers.map((one) => one.n).filter((n) => n !== 1),
    [],
  )
  assert.equal(answers.length, questions.length)
  const numbers = database.prepare("select seq from events where stream like 'dialog:%' order by seq").all() as {
    seq: number
  }[]
  assert.deepEqual(
    numbers.map((one) => one.seq),
    Array.from({ length: numbers.length }, (_, i) => i + 1),
  )
  assert.equal((database.pragma('integrity_check') as { integrity_check: string }[])[0]!.integrity_check, 'ok')
  console.log(
    `${acknowledged.length} acknowledged messages over ${KILLS} kills: 0 lost, 0 doubled, ${answers.length} answers`,
  )
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

async function aShop(folder: string): Promise<string> {
  writeFileSync(join(folder, 'config.toml'), '')
  const ctx = await openContext(loadConfig({ env: {}, flags: { data_dir: folder, log_level: 'silent' } }))
  const owner = await addUser(ctx, {
    email: 'owner@example.com',
    password: 'owner pass 1',
    is_admin: true,
    confirmed: true,
  })
  const assistant = await createAssistant(ctx, owner.id, { name: 'Лавка' })
  await addQuestion(ctx, assistant, {
    question: 'Сколько стоит доставка?',
    answer: 'Доставка стоит 300 рублей.',
    tags: [],
  })
  await closeContext(ctx)
  return assistant.site_token
}

async function talk(server: RealServer, guest: Guest, about: { until: number; acknowledged: number[] }): Promise<void> {
  while (Date.now() < about.until + 200) {
    try {
      const body = { text: 'Сколько стоит доставка?', client_message_id: randomUUID() }
      const { id } = await post(server, `/api/widget/dialogs/${guest.dialog_id}/messages`, body, {
        Authorization: `Bearer ${guest.token}`,
      })
      about.acknowledged.push(Number(id))
      // One dialog is one lane: faster than this, only its queue would grow.
      await new Promise((resolve) => setTimeout(resolve, 20))
    } catch {
      // The server was killed before it answered: whether the message is there is not promised.
      return
    }
  }
}
