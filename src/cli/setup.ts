import { z } from 'zod'
import { type Assistant, createAssistant } from '../assistants/assistants.ts'
import { TEMPLATES } from '../assistants/prompts.ts'
import { changeConfigFile } from '../config/config-file.ts'
import type { Context } from '../context.ts'
import { demoAssistant, loadDemo } from '../demo/demo.ts'
import type { Locale } from '../errors.ts'
import { listDocuments } from '../knowledge/documents.ts'
import { assertModel, listModels } from '../llm/models.ts'
import { type Account, addUser, listUsers } from '../users/users.ts'
import { command } from './shell/command.ts'
import { openProgress } from './shell/output.ts'
import { mayAsk } from './shell/prompts.ts'
import { passwordFlags } from './shell/secrets.ts'
import { waitUntilRead } from './steps/indexing.ts'
import {
  askLocale,
  gatherWishes,
  type NewAssistant,
  type SetupFlags,
  type Wishes,
  withTwins,
} from './steps/questions.ts'
import { answerOf, type Done } from './steps/setup-report.ts'

type Say = (ru: string, en: string) => string

const ALL = { limit: 10_000, offset: 0 }

export const setup = command({
  usage: 'setup',
  about: [
    'подготовить всё к первому запуску; повтор ничего не меняет. Каждый вопрос имеет ключ и переменную REPLYX_SETUP_…',
    'prepare everything for the first start; a repeat changes nothing. Every question has a flag and a variable REPLYX_SETUP_…',
  ],
  example: 'replyx setup --yes --email owner@example.ru --password-file password.txt --demo',
  needs: 'fresh',
  flags: [
    ['--locale <language>', 'язык: ru или en', 'language: ru or en'],
    ['--email <address>', 'адрес администратора', 'address of the admin'],
    ...passwordFlags.slice(0, 2),
    ['--assistant <name>', 'создать первого ассистента с этим именем', 'make the first assistant with this name'],
    ['--template <name>', `его инструкция: ${TEMPLATES.join(', ')}`, `its instructions: ${TEMPLATES.join(', ')}`],
    ['--domains <list>', 'его сайты, через запятую', 'its sites, separated by commas'],
    ['--model <model>', 'его модель, иначе встроенный', 'its model, else the built-in one'],
    ['--demo', 'загрузить магазин-образец', 'load the sample shop'],
    ['--no-demo', 'не загружать и не спрашивать о нём', 'do not load it and do not ask'],
    ['--port <number>', 'порт сервера', "the server's port"],
  ],
  shape: z.object({
    locale: z.enum(['ru', 'en']).optional(),
    email: z.string().optional(),
    passwordFile: z.string().optional(),
    passwordStdin: z.boolean().optional(),
    assistant: z.string().trim().min(1).max(100).optional(),
    template: z.enum(TEMPLATES).optional(),
    domains: z.string().max(5000).optional(),
    model: z.string().max(100).optional(),
    demo: z.boolean().optional(),
    port: z.string().optional(),
  }),
  run: async ({ ctx, input, globals }) => {
    const flags = withTwins(input)
    const admin = await firstAdmin(ctx)
    const isFresh = admin === undefined
    const locale = flags.locale ?? (isFresh && mayAsk(globals) ? await askLocale() : ctx.config.locale)
    const say: Say = (ru, en) => (locale === 'en' ? en : ru)
    const done = admin
      ? await lookAgain(ctx, admin, flags)
      : await prepare(ctx, await gatherWishes(flags, { globals, say, models: () => localModels(ctx) }), {
          ...flags,
          locale,
        })
    return answerOf(ctx, done, { say, locale, globals })
  },
})

// The admin comes last of what can be refused, so that a refusal leaves everything open for the next try.
async function prepare(ctx: Context, wishes: Wishes, flags: SetupFlags): Promise<Done> {
  const { assistant: wanted, email, password } = wishes
  if (wanted) await assertModel(ctx, wanted.model, 'model')
  const { locale, port } = flags
  changeConfigFile(ctx.config.data_dir, { ...(locale ? { locale } : {}), ...(port === undefined ? {} : { port }) })
  const admin = await addUser(ctx, { email, password, is_admin: true, confirmed: true })
  const assistant = wanted && (await addAssistant(ctx, admin, { ...wanted, locale }))
  const demo = wishes.demo ? await readDemo(ctx, admin) : undefined
  return { admin, assistant, demo, changed: true, ...(wishes.is_generated ? { password } : {}) }
}

// The sample shop may come later; everything else is changed by commands of its own.
async function lookAgain(ctx: Context, admin: Account, flags: SetupFlags): Promise<Done> {
  const known = await demoAssistant(ctx)
  const demo = known ?? (flags.demo ? await readDemo(ctx, admin) : undefined)
  return { admin, assistant: undefined, demo, changed: demo !== known }
}

function addAssistant(
  ctx: Context,
  owner: Account,
  { name, template, domains, model, locale }: NewAssistant & { locale: Locale | undefined },
) {
  return createAssistant(ctx, owner.id, {
    name,
    template,
    allowed_domains: domains,
    ai_model: model,
    ...(locale ? { locale } : {}),
  })
}

async function readDemo(ctx: Context, owner: Account): Promise<Assistant> {
  const { assistant } = await loadDemo(ctx, owner.id)
  const { rows } = await listDocuments(ctx, owner.id, { assistant_id: assistant.id, ...ALL })
  const progress = openProgress()
  await waitUntilRead(
    ctx,
    rows.map((one) => one.id),
    (done, what) => progress.show(done, rows.length, what),
  )
  progress.end()
  return assistant
}

async function firstAdmin(ctx: Context): Promise<Account | undefined> {
  const { users } = await listUsers(ctx, ALL)
  return users.find((user) => user.is_admin === 1)
}

async function localModels(ctx: Context): Promise<string[]> {
  const models = await listModels(ctx)
  return models.filter((model) => model.provider === 'ollama').map((model) => model.name)
}
