import assert from 'node:assert/strict'
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
import { openFakeTelegram } from '../helpers/fake-telegram.ts'
import { startRealServer } from '../helpers/real-server.ts'
import { ANSWER, QUESTION } from './scene.ts'

const KILLS = Number(process.env.KILLS ?? 3) // more with KILLS=100
const MESSAGES = 25 // a round, each in a chat of its own, or pacing alone would take minutes

test(`a server killed ${KILLS} times keeps each update exactly once and answers each exactly once, or says that it does not know`, async () => {
  await using fake = await openFakeTelegram()
  const token = fake.addBot(7_000_000_001, 'shop_bot')
  const folder = mkdtempSync(join(tmpdir(), 'replyx-kill-'))
  await aShop(folder, { token, api_root: fake.url })
  const env = { REPLYX_PORT: '0', REPLYX_TELEGRAM_API_ROOT: fake.url, REPLYX_LOG_LEVEL: 'error' }
  let chat = 0
  for (let round = 0; round < KILLS; round++) {
    const server = await startRealServer(folder, { ...env, REPLYX_LOG_LEVEL: 'info' })
    for (let n = 0; n < MESSAGES; n++) fake.write(token, ++chat, QUESTION)
    const before = fake.sent().length
    await until(() => fake.sent().length > before + Math.floor(Math.random() * MESSAGES * 0.8), 15_000)
    await server.kill('SIGKILL')
  }
  const last = await startRealServer(folder, { ...env, REPLYX_LOG_LEVEL: 'info' })
  const database = openSqlite(join(folder, 'replyx.db'), { readonly: true })
  const count = (sql: string) => (database.prepare(sql).get() as { n: number }).n
  await until(
    () => fake.bot(token).queue.length === 0 && count("select count(*) n from messages where sender = 'user'") === chat,
    30_000,
  )
  await until(() => count('select count(*) n from tasks') === 0, 30_000)
  await last.kill('SIGTERM')

  assert.equal(count("select count(distinct source_id) n from messages where sender = 'user'"), chat)
  assert.equal(count("select count(*) n from messages where sender = 'assistant'"), chat)
  const unknown = database
    .prepare(
      "select d.telegram_chat_id chat from messages m join dialogs d on d.id = m.dialog_id where m.delivery = 'unknown'",
    )
    .all() as { chat: string }[]
  assert.equal(count("select count(*) n from messages where delivery in ('pending', 'failed')"), 0)
  const heard = fake
    .sent()
    .filter((one) => String(one.args.text).startsWith(ANSWER))
    .map((one) => String(one.args.chat_id))
  assert.equal(new Set(heard).size, heard.length, 'an answer went out twice')
  const missing = Array.from({ length: chat }, (_, n) => String(n + 1)).filter((one) => !heard.includes(one))
  assert.deepEqual(
    missing.filter((one) => !unknown.some((row) => row.chat === one)),
    [],
  )
  console.log(
    `${chat} updates over ${KILLS} kills: 0 lost, 0 doubled; ${unknown.length} answers marked unknown, ${missing.length} of them not sent`,
  )
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

async function aShop(folder: string, bot: { token: string; api_root: string }): Promise<void> {
  writeFileSync(join(folder, 'config.toml'), '')
  const flags = { data_dir: folder, log_level: 'silent', 'telegram.api_root': bot.api_root }
  const ctx = await openContext(loadConfig({ env: {}, flags }))
  const owner = await addUser(ctx, { email: 'owner@example.com', password: 'owner pass 1', confirmed: true })
  const assistant = await createAssistant(ctx, owner.id, { name: 'Лавка', telegram_bot_token: bot.token })
  await addQuestion(ctx, assistant, { question: QUESTION, answer: ANSWER, tags: [] })
  await closeContext(ctx)
}
