import { z } from 'zod'
import { changeAssistant, listAssistants } from '../assistants/assistants.ts'
import { assertModel, listModels } from '../llm/models.ts'
import { OutsideFailed, OutsideRefused } from '../outside/failures.ts'
import { command, EVERYBODY, TypedId } from './shell/command.ts'
import { errors, misuse } from './shell/errors.ts'
import { openProgress, table } from './shell/output.ts'

const ALL = { limit: 10_000, offset: 0 }
const Name = z.string().regex(/^[\w.:@/-]{1,150}$/)

export const list = command({
  usage: 'list',
  about: ['модели и можно ли их спросить сейчас', 'models and whether they can be asked now'],
  example: 'replyx model list',
  run: async ({ ctx, say }) => {
    const models = await listModels(ctx)
    const headings = [
      say('Имя', 'Name'),
      say('Поставщик', 'Provider'),
      say('Цена ×', 'Price ×'),
      say('Доступна', 'Available'),
    ]
    const available = (yes: boolean) => (yes ? say('да', 'yes') : say('нужен ключ', 'needs a key'))
    const rows = models.map((one) => [one.name, one.provider, one.price_multiplier, available(one.is_available)])
    return { data: models, text: table(headings, rows) }
  },
})

export const pull = command({
  usage: 'pull <name>',
  about: ['скачать модель в местный Ollama', 'download a model into the local Ollama'],
  example: 'replyx model pull llama3.2',
  shape: z.object({ name: Name }),
  run: async ({ ctx, input, say }) => {
    const model = input.name.replace(/^ollama\//, '')
    const progress = openProgress()
    const onProgress = (step: { status: string; completed: number | null; total: number | null }) =>
      progress.show(step.completed ?? 0, step.total ?? 0, step.status)
    await ctx.outside.ollama.pull({ model, onProgress }).catch((error) => {
      progress.end()
      throw error instanceof OutsideFailed ? errors.SERVICE_DOWN({ service: 'ollama' }) : refusedBy(error, model)
    })
    progress.end()
    const name = `ollama/${model}`
    return { data: { name, pulled: true }, text: say(`Модель ${name} готова`, `The model ${name} is ready`) }
  },
})

export const use = command({
  usage: 'use <name>',
  about: ['отвечать этой моделью: одному ассистенту или всем', 'answer with this model: one assistant or all'],
  example: 'replyx model use gpt-4o-mini --assistant 1',
  flags: [
    ['--assistant <id>', 'этому ассистенту', 'this assistant'],
    ['--all', 'всем', 'all of them'],
  ],
  shape: z.object({ name: Name, assistant: TypedId.optional(), all: z.boolean().default(false) }),
  run: async ({ ctx, input, say }) => {
    if (input.all === (input.assistant !== undefined))
      throw misuse('нужен --assistant или --all', '--assistant or --all is needed')
    const { name } = await assertModel(ctx, input.name, 'name')
    const ids = input.all ? (await listAssistants(ctx, undefined, ALL)).map((one) => one.id) : [input.assistant!]
    for (const id of ids) await changeAssistant(ctx, EVERYBODY, { id, ai_model: name })
    return {
      data: { model: name, assistants: ids },
      text: say(`${name}: ассистентов ${ids.length}`, `${name}: ${ids.length} assistants`),
    }
  },
})

function refusedBy(error: unknown, model: string): unknown {
  if (!(error instanceof OutsideRefused)) return error
  return misuse(`Ollama не нашёл модель «${model}»`, `Ollama did not find the model «${model}»`)
}
