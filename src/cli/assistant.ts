import { z } from 'zod'
import {
  type Assistant,
  type AssistantFields,
  changeAssistant,
  createAssistant,
  deleteAssistant,
  getAssistant,
  listAssistants,
} from '../assistants/assistants.ts'
import { TEMPLATES } from '../assistants/prompts.ts'
import { viewOf } from '../assistants/shapes.ts'
import { embedTag } from '../assistants/sites.ts'
import { publicUrl } from '../config/config.ts'
import { userMeantBy } from '../users/users.ts'
import { command, EVERYBODY, type Flag, Listed, TypedId, Whole } from './shell/command.ts'
import { misuse } from './shell/errors.ts'
import { sheet, table } from './shell/output.ts'
import { confirmed } from './shell/prompts.ts'
import { workKnowledge } from './steps/indexing.ts'

const flags: Flag[] = [
  ['--name <name>', 'имя', 'name'],
  ['--description <text>', 'описание', 'description'],
  ['--prompt <text>', 'инструкция для модели', 'instructions for the model'],
  ['--model <model>', 'модель: см. replyx model list', 'the model: see replyx model list'],
  ['--locale <language>', 'язык: ru или en', 'language: ru or en'],
  [
    '--domains <list>',
    'сайты, где можно показывать виджет, через запятую',
    'sites that may show the widget, separated by commas',
  ],
]
const fields = {
  name: z.string().trim().min(1).max(100).optional(),
  description: z.string().trim().max(1000).optional(),
  prompt: z.string().trim().max(5000).optional(),
  model: z.string().trim().min(1).max(100).optional(),
  locale: z.enum(['ru', 'en']).optional(),
  domains: Listed.optional(),
}
const shape = z.object({ id: TypedId })

export const list = command({
  usage: 'list',
  about: ['все ассистенты', 'all assistants'],
  example: 'replyx assistant list --owner anna@example.ru',
  flags: [
    ['--owner <who>', 'только этого владельца: адрес или ID', "only this owner's: address or ID"],
    ['--limit <n>', 'не больше стольких', 'at most that many'],
    ['--offset <n>', 'пропустить столько', 'skip that many'],
  ],
  shape: z.object({ owner: z.string().optional(), limit: Whole.default(1000), offset: Whole.default(0) }),
  run: async ({ ctx, input, say }) => {
    const tenant_id = input.owner === undefined ? undefined : (await userMeantBy(ctx, input.owner)).id
    const assistants = await listAssistants(ctx, tenant_id, input)
    const headings = ['ID', say('Имя', 'Name'), say('Владелец', 'Owner'), say('Модель', 'Model'), say('Сайты', 'Sites')]
    const rows = assistants.map((one) => [
      one.id,
      one.name,
      one.tenant_id,
      one.ai_model,
      one.allowed_domains.join(', ') || null,
    ])
    return { data: assistants.map(shown), text: table(headings, rows) }
  },
})

export const add = command({
  usage: 'add',
  about: ['новый ассистент', 'a new assistant'],
  example: 'replyx assistant add --owner anna@example.ru --name "Чайная лавка" --domains shop.example.ru',
  flags: [
    ['--owner <who>', 'владелец: адрес или ID', 'owner: address or ID'],
    ...flags,
    ['--template <name>', `готовая инструкция: ${TEMPLATES.join(', ')}`, `ready instructions: ${TEMPLATES.join(', ')}`],
  ],
  shape: z.object({
    ...fields,
    owner: z.string().min(1),
    name: fields.name.unwrap(),
    template: z.enum(TEMPLATES).optional(),
  }),
  run: async ({ ctx, input, say }) => {
    const owner = await userMeantBy(ctx, input.owner)
    const template = input.template === undefined ? {} : { template: input.template }
    const assistant = await createAssistant(ctx, owner.id, { ...asFields(input), name: input.name, ...template })
    const { id, site_token } = assistant
    return {
      data: { id, site_token },
      text: [
        say(`Ассистент ${id} создан. Тег для сайта:`, `Assistant ${id} was made. Tag for the site:`),
        embedTag(assistant, publicUrl(ctx.config)),
      ].join('\n'),
    }
  },
})

export const show = command({
  usage: 'show <id>',
  about: ['один ассистент', 'one assistant'],
  example: 'replyx assistant show 1',
  shape,
  run: async ({ ctx, input }) => {
    const view = shown(await getAssistant(ctx, EVERYBODY, input.id))
    return { data: view, text: sheet(Object.entries(view).map(([name, value]) => [name, asCell(value)])) }
  },
})

export const edit = command({
  usage: 'edit <id>',
  about: ['изменить (только названное)', 'change (only what is named)'],
  example: 'replyx assistant edit 1 --model ollama/llama3.2 --domains shop.example.ru,example.ru',
  flags: [
    ...flags,
    ['--on', 'включить', 'switch on'],
    ['--off', 'выключить: больше не отвечает', 'switch off: answers no more'],
  ],
  shape: z.object({ ...fields, id: TypedId, on: z.boolean().optional(), off: z.boolean().optional() }),
  run: async ({ ctx, input, say }) => {
    const is_active = input.on ? true : input.off ? false : undefined
    const change = { ...asFields(input), ...(is_active === undefined ? {} : { is_active }) }
    if (Object.keys(change).length === 0) throw misuse('не названо, что изменить', 'nothing to change was named')
    const assistant = await changeAssistant(ctx, EVERYBODY, { ...change, id: input.id })
    return { data: shown(assistant), text: say(`Ассистент ${input.id} изменён`, `Assistant ${input.id} was changed`) }
  },
})

export const remove = command({
  usage: 'remove <id>',
  about: ['удалить вместе со знаниями', 'delete with its knowledge'],
  example: 'replyx assistant remove 1 --yes',
  shape,
  run: async ({ ctx, input, globals, say }) => {
    const { name } = await getAssistant(ctx, EVERYBODY, input.id)
    const question = say(`Удалить «${name}» со всеми знаниями?`, `Delete «${name}» with all its knowledge?`)
    if (!(await confirmed({ globals, say }, question, question)))
      return { data: { changed: false }, text: say('Ничего не изменено', 'Nothing was changed'), exit: 4 }
    await deleteAssistant(ctx, EVERYBODY, input.id)
    await workKnowledge(ctx)
    return {
      data: { id: input.id, deleted: true },
      text: say(`Ассистент ${input.id} удалён`, `Assistant ${input.id} was deleted`),
    }
  },
})

export const embed = command({
  usage: 'embed <id>',
  about: ['тег для вставки на сайт', 'the tag to paste into a site'],
  example: 'replyx assistant embed 1',
  shape,
  run: async ({ ctx, input }) => {
    const assistant = await getAssistant(ctx, EVERYBODY, input.id)
    const { site_token, allowed_domains } = assistant
    const tag = embedTag(assistant, publicUrl(ctx.config))
    return { data: { tag, site_token, allowed_domains }, text: tag }
  },
})

type Input = z.output<z.ZodObject<typeof fields>>

function asFields({ name, description, prompt, model, locale, domains }: Input): AssistantFields {
  const all = { name, description, system_prompt: prompt, ai_model: model, locale, allowed_domains: domains }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as AssistantFields
}

function shown(assistant: Assistant) {
  const { telegram_bot_token: _, telegram_bot_username: __, ...view } = viewOf(assistant) as Record<string, unknown>
  return { ...view, owner_id: assistant.tenant_id }
}

function asCell(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
