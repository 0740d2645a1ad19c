import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Assistant, createAssistant } from '../../src/assistants/assistants.ts'
import { connectBot } from '../../src/bots/bots.ts'
import { loadConfig } from '../../src/config/config.ts'
import { makeSecretKey } from '../../src/config/secret-key.ts'
import type { Context } from '../../src/context.ts'
import { startWorker } from '../../src/events/work.ts'
import { openLog } from '../../src/lib/log.ts'
import { modules } from '../../src/modules.ts'
import { openOutside } from '../../src/outside/outside.ts'
import { addQuestion } from '../../src/questions/questions.ts'
import { telegram } from '../../src/telegram/module.ts'
import { startBots } from '../../src/telegram/running/manager.ts'
import { addUser } from '../../src/users/users.ts'
import { until } from '../helpers/app.ts'
import { contextOver, type EngineName, engines, freshDb } from '../helpers/engines.ts'
import { type FakeTelegram, openFakeTelegram } from '../helpers/fake-telegram.ts'

export type Scene = AsyncDisposable & {
  ctx: Context
  fake: FakeTelegram
  owner: { id: number; tenant_id: number }
  assistant: Assistant
  token: string
  bot_id: number
  folder: string
  logged: string[]
  /** Starts the bots and the worker, as a server does, or only the bots; the returned function ends both. */
  start: (options?: { worker?: boolean }) => Promise<() => Promise<void>>
  /** The stored messages, oldest first. */
  stored: () => Promise<
    {
      id: number
      sender: string
      text: string
      source_id: string | null
      delivery: string | null
      kind: string | null
      attachments: string | null
      edited_at: number | null
      dialog_id: number
    }[]
  >
  /** What the bot said in a chat, in order. */
  heard: (chat_id: number) => string[]
}

export const ANSWER = 'Доставка в Казань стоит 390 рублей.'
export const QUESTION = 'Сколько стоит доставка в Казань?'

/** A shop with an assistant and a bot at a double of Telegram, over an empty database. */
export async function aScene(
  engine: EngineName,
  options: { flags?: Record<string, string>; outside?: Partial<Context['outside']> } = {},
): Promise<Scene> {
  const fake = await openFakeTelegram()
  const folder = mkdtempSync(join(tmpdir(), 'replyx-telegram-'))
  const db = await freshDb(engine)
  const flags = { data_dir: folder, 'telegram.api_root': fake.url, ...options.flags }
  const config = loadConfig({ env: {}, flags })
  makeSecretKey(config)
  const logged: string[] = []
  const log = openLog({ level: 'debug', to: { write: (line) => void logged.push(line) } })
  const subscriptions = [...new Set([...modules, telegram].flatMap((one) => one.subscriptions ?? []))]
  const outside = { ...openOutside(config), ...options.outside }
  const ctx = contextOver(db, { config, log, subscriptions, outside })
  const { id } = await addUser(ctx, { email: 'anna@example.com', password: 'correct horse 1', confirmed: true })
  const assistant = await createAssistant(ctx, id, { name: 'Лавка' })
  await addQuestion(ctx, assistant, { question: QUESTION, answer: ANSWER, tags: [] })
  const token = fake.addBot(7_000_000_001, 'shop_bot')
  const bot = await connectBot(ctx, { tenant_id: id, assistant_id: assistant.id }, token)
  const ends = new Set<() => Promise<void>>()
  return {
    ctx,
    fake,
    owner: { id, tenant_id: id },
    assistant,
    token,
    bot_id: bot.id,
    folder,
    logged,
    async start({ worker = true } = {}) {
      const stopBots = startBots(ctx)
      const stopWorker = worker ? startWorker(ctx) : async () => {}
      const end = async () => {
        if (!ends.delete(end)) return
        await stopBots()
        await stopWorker(2000)
      }
      ends.add(end)
      await until(async () => (await statusOf(ctx, bot.id)) === 'running')
      return end
    },
    stored: () => db.selectFrom('messages').selectAll().orderBy('id').execute() as never,
    heard: (chat_id) =>
      fake
        .sent()
        .filter((call) => String(call.args.chat_id) === String(chat_id))
        .map((call) => String(call.args.text)),
    async [Symbol.asyncDispose]() {
      for (const end of ends) await end()
      await ctx.outside.close()
      await db.destroy()
      await fake[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** How a bot is doing, as the table says. */
export async function statusOf(ctx: Context, id: number): Promise<string | undefined> {
  return (await ctx.db.selectFrom('bots').select('status').where('id', '=', id).executeTakeFirst())?.status
}

/** Declares the test once for each engine. */
export function eachScene(name: string, run: (scene: Scene) => Promise<void>): void {
  for (const engine of engines)
    test(`${name} (${engine})`, async () => {
      await using scene = await aScene(engine)
      await run(scene)
    })
}
