import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { closeContext, openContext } from '../../src/app.ts'
import { createAssistant } from '../../src/assistants/assistants.ts'
import { loadConfig } from '../../src/config/config.ts'
import { openSqlite } from '../../src/db/sqlite.ts'
import { makeCode } from '../../src/telegram/codes.ts'
import { addUser } from '../../src/users/users.ts'
import { until } from '../helpers/app.ts'
import { type FakeTelegram, openFakeTelegram, person } from '../helpers/fake-telegram.ts'
import { startRealServer } from '../helpers/real-server.ts'
import { ANNA, GROUP } from './staff-scene.ts'

const KILLS = Number(process.env.KILLS ?? 4) // more with KILLS=100

test(`a server killed ${KILLS} times keeps what operators wrote exactly once and shows them all that visitors wrote, a possible repeat marked`, async () => {
  await using fake = await openFakeTelegram()
  const token = fake.addBot(7_000_000_001, 'shop_bot')
  const folder = mkdtempSync(join(tmpdir(), 'replyx-staff-kill-'))
  const codes = await aShop(folder, { token, api_root: fake.url })
  const env = { REPLYX_PORT: '0', REPLYX_TELEGRAM_API_ROOT: fake.url, REPLYX_LOG_LEVEL: 'info' }
  const write = (text: string, thread: Record<string, unknown> = {}) =>
    fake.write(token, ANNA, { chat: GROUP, from: person(ANNA), text, ...thread })
  write(`/link ${codes.group}`)
  write(`/link ${codes.operator}`)
  for (let round = 1; round <= KILLS; round++) {
    const server = await startRealServer(folder, env)
    fake.write(token, round, '/operator')
    fake.write(token, round, `вопрос ${round}.`)
    await until(() => topicsOf(fake).length >= round, 15_000)
    const message_thread_id = topicsOf(fake).at(-1)!
    write(`ответ ${round}.`, { message_thread_id })
    fake.write(token, round, `ещё ${round}.`)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300))
    await server.kill('SIGKILL')
  }
  const last = await startRealServer(folder, env)
  const database = openSqlite(join(folder, 'replyx.db'), { readonly: true })
  const said = (like: string) =>
    (database.prepare(`select text from messages where text like '${like}'`).all() as { text: string }[]).length
  const shown = (words: string) => inGroup(fake).filter((text) => text.includes(words))
  const rounds = Array.from({ length: KILLS }, (_, n) => n + 1)
  await until(() => fake.bot(token).queue.length === 0 && said('ещё %') === KILLS, 30_000)
  await until(() => rounds.every((n) => shown(`вопрос ${n}.`).length > 0 && shown(`ещё ${n}.`).length > 0), 90_000)
  await last.kill('SIGTERM')

  const kept = rounds.map((n) => said(`ответ ${n}.`))
  // A reply in the topic of a twin that the kill left behind reaches nobody; any other is kept once.
  const twins = topicsOf(fake).length - KILLS
  assert.ok(kept.every((times) => times <= 1) && kept.filter((times) => times === 0).length <= twins, `${kept}`)
  const unmarked = rounds.flatMap((n) => [`вопрос ${n}.`, `ещё ${n}.`]).filter((words) => repeats(shown(words)) > 1)
  assert.deepEqual(unmarked, [], 'something was shown twice without a word')
  console.log(
    `${KILLS} kills: ${inGroup(fake).length} messages in ${topicsOf(fake).length} topics, ${twins} of them twins`,
  )
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const topicsOf = (fake: FakeTelegram) => [...fake.forum(GROUP.id).topics.keys()]
const inGroup = (fake: FakeTelegram) =>
  fake
    .sent()
    .filter((one) => one.args.chat_id === String(GROUP.id))
    .map((one) => String(one.args.text))

// A card repeats the last messages by its nature; what counts is what was forwarded.
function repeats(texts: string[]): number {
  return texts.filter((text) => !/могло уже прийти|Последние сообщения/.test(text)).length
}

async function aShop(folder: string, bot: { token: string; api_root: string }) {
  writeFileSync(join(folder, 'config.toml'), '')
  const flags = { data_dir: folder, log_level: 'silent', 'telegram.api_root': bot.api_root }
  const ctx = await openContext(loadConfig({ env: {}, flags }))
  const { id } = await addUser(ctx, { email: 'owner@example.com', password: 'owner pass 1', confirmed: true })
  await createAssistant(ctx, id, { name: 'Лавка', telegram_bot_token: bot.token })
  const of = { tenant_id: id, subject_id: id }
  const { code: group } = await makeCode(ctx, { ...of, purpose: 'group' })
  const { code: operator } = await makeCode(ctx, { ...of, purpose: 'operator' })
  await closeContext(ctx)
  return { group, operator }
}
