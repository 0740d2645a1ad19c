import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { type Assistant, getAssistant } from '../assistants/assistants.ts'
import type { Context } from '../context.ts'
import { type Document, deleteDocument, listDocuments, reindexDocument } from '../knowledge/documents.ts'
import { importLines } from '../knowledge/import.ts'
import { toIso } from '../lib/time.ts'
import { deleteQuestion, listQuestions, type Question } from '../questions/questions.ts'
import { command, EVERYBODY, type Flag, TypedId, Whole } from './shell/command.ts'
import { misuse } from './shell/errors.ts'
import { openProgress, table } from './shell/output.ts'
import { confirmed } from './shell/prompts.ts'
import { addFiles } from './steps/add-files.ts'
import { countLines } from './steps/files.ts'
import { waitUntilRead, workKnowledge } from './steps/indexing.ts'

const PAGE = 500

const ofAssistant: Flag = ['--assistant <id>', 'ассистент', 'the assistant']
const Ids = z.array(TypedId).min(1)

export const add = command({
  usage: 'add <path...>',
  about: [
    'добавить файлы и папки и дождаться, пока они прочитаны',
    'add files and folders and wait until they are read',
  ],
  example: 'replyx knowledge add --assistant 1 price.pdf ./docs',
  flags: [ofAssistant],
  shape: z.object({ assistant: TypedId, path: z.array(z.string().min(1)).min(1) }),
  run: async ({ ctx, input, say }) => {
    const assistant = await getAssistant(ctx, EVERYBODY, input.assistant)
    const { known, ...added } = await addFiles(ctx, assistant, input.path, say)
    const failed = added.failed.map(({ file, reason }) => `  ${file}: ${reason}`)
    const again = known > 0 ? [say(`Уже были: ${known}`, `Known already: ${known}`)] : []
    return { data: added, text: summary(added, [...again, ...failed], say), exit: failed.length > 0 ? 1 : 0 }
  },
})

export const importing = command({
  usage: 'import <file>',
  about: ['тексты и пары «вопрос — ответ» из JSONL', 'texts and question–answer pairs from JSONL'],
  example: 'replyx knowledge import --assistant 1 answers.jsonl',
  flags: [ofAssistant],
  shape: z.object({ assistant: TypedId, file: z.string().min(1) }),
  run: async ({ ctx, input, say }) => {
    const assistant = await getAssistant(ctx, EVERYBODY, input.assistant)
    const total = await countLines(input.file)
    const progress = openProgress()
    const imported = await importLines(ctx, assistant, input.file, (done) => progress.show(done, total, input.file))
    await workKnowledge(ctx)
    progress.end()
    const failed = imported.failed.map(({ line, reason }) =>
      say(`  строка ${line}: ${reason}`, `  line ${line}: ${reason}`),
    )
    return { data: imported, text: summary(imported, failed, say), exit: failed.length > 0 ? 1 : 0 }
  },
})

export const list = command({
  usage: 'list',
  about: ['документы, с --questions готовые ответы', 'documents, with --questions ready answers'],
  example: 'replyx knowledge list --assistant 1',
  flags: [
    ofAssistant,
    ['--questions', 'готовые ответы', 'ready answers'],
    ['--limit <n>', 'не больше стольких', 'at most that many'],
    ['--offset <n>', 'пропустить столько', 'skip that many'],
  ],
  shape: z.object({
    assistant: TypedId.optional(),
    questions: z.boolean().optional(),
    limit: Whole.default(1000),
    offset: Whole.default(0),
  }),
  run: async ({ ctx, input, say }) => {
    const page = { assistant_id: input.assistant, limit: input.limit, offset: input.offset }
    if (input.questions) {
      const { rows } = await listQuestions(ctx, undefined, page)
      const cells = rows.map((row) => [row.id, row.question.slice(0, 60), row.answer.slice(0, 60), row.tags.join(', ')])
      const headings = ['ID', say('Вопрос', 'Question'), say('Ответ', 'Answer'), say('Метки', 'Tags')]
      return { data: rows.map(questionView), text: table(headings, cells) }
    }
    const { rows } = await listDocuments(ctx, undefined, page)
    const headings = [
      'ID',
      say('Файл', 'File'),
      say('Состояние', 'State'),
      say('Фрагменты', 'Passages'),
      say('Почему', 'Why'),
    ]
    return { data: rows.map(documentView), text: table(headings, rows.map(documentRow)) }
  },
})

export const remove = command({
  usage: 'remove <id...>',
  about: ['удалить документы, с --questions готовые ответы', 'delete documents, with --questions ready answers'],
  example: 'replyx knowledge remove 12 13 --yes',
  flags: [['--questions', 'это ID готовых ответов', 'these are IDs of ready answers']],
  shape: z.object({ id: Ids, questions: z.boolean().optional() }),
  run: async ({ ctx, input, globals, say }) => {
    const question = say(`Удалить: ${input.id.join(', ')}?`, `Delete: ${input.id.join(', ')}?`)
    if (!(await confirmed({ globals, say }, question, question)))
      return { data: { removed: 0 }, text: say('Ничего не изменено', 'Nothing was changed'), exit: 4 }
    for (const id of input.id) await (input.questions ? deleteQuestion : deleteDocument)(ctx, EVERYBODY, id)
    await workKnowledge(ctx)
    const removed = input.id.length
    return { data: { removed }, text: say(`Удалено: ${removed}`, `Deleted: ${removed}`) }
  },
})

export const reindex = command({
  usage: 'reindex [id...]',
  about: ['прочитать файлы заново', 'read the files again'],
  example: 'replyx knowledge reindex --assistant 1',
  flags: [ofAssistant],
  shape: z.object({ id: Ids.or(z.array(z.never())).optional(), assistant: TypedId.optional() }),
  run: async ({ ctx, input, say }) => {
    const ids = input.id?.length ? input.id : await filesOf(ctx, input.assistant)
    for (const id of ids) await reindexDocument(ctx, EVERYBODY, id)
    const progress = openProgress()
    const documents = await waitUntilRead(ctx, ids, (done, what) => progress.show(done, ids.length, what))
    progress.end()
    const read = documents.filter((one) => one.status === 'completed')
    const failed = documents
      .filter((one) => one.status === 'failed')
      .map((one) => ({ file: one.filename, reason: one.error }))
    const chunks = read.reduce((sum, one) => sum + one.chunks_count, 0)
    const lines = [say(`Прочитано: ${read.length}, фрагментов: ${chunks}`, `Read: ${read.length}, passages: ${chunks}`)]
    const text = [...lines, ...failed.map(({ file, reason }) => `  ${file}: ${reason}`)].join('\n')
    return { data: { reindexed: read.length, chunks, failed }, text, exit: failed.length > 0 ? 1 : 0 }
  },
})

export const exporting = command({
  usage: 'export',
  about: ['готовые ответы в JSONL, как их читает import', 'ready answers as JSONL, as import reads them'],
  example: 'replyx knowledge export --assistant 1 --to answers.jsonl',
  flags: [ofAssistant, ['--to <file>', 'в файл, иначе на экран', 'into a file, else to the screen']],
  shape: z.object({ assistant: TypedId, to: z.string().optional() }),
  run: async ({ ctx, input, say }) => {
    const assistant = await getAssistant(ctx, EVERYBODY, input.assistant)
    if (input.to === undefined) {
      for await (const line of pairLines(ctx, assistant)) process.stdout.write(line)
      return undefined
    }
    let exported = 0
    await pipeline(
      async function* () {
        for await (const line of pairLines(ctx, assistant)) {
          exported++
          yield line
        }
      },
      createWriteStream(input.to, { mode: 0o600 }),
    )
    return { data: { exported, to: input.to }, text: say(`Записано пар: ${exported}`, `Pairs written: ${exported}`) }
  },
})

async function* pairLines(ctx: Context, assistant: Assistant): AsyncGenerator<string> {
  for (let offset = 0; ; offset += PAGE) {
    const page = { assistant_id: assistant.id, limit: PAGE, offset }
    const { rows } = await listQuestions(ctx, assistant.tenant_id, page)
    for (const { external_id, id, question, answer, tags } of rows)
      yield `${JSON.stringify({ id: external_id ?? String(id), question, answer, tags })}\n`
    if (rows.length < PAGE) return
  }
}

async function filesOf(ctx: Context, assistant_id: number | undefined): Promise<number[]> {
  if (assistant_id === undefined) throw misuse('назовите документы или --assistant', 'name documents or --assistant')
  await getAssistant(ctx, EVERYBODY, assistant_id)
  const { rows } = await listDocuments(ctx, undefined, { assistant_id, limit: 100_000, offset: 0 })
  return rows.filter((one) => one.file !== null).map((one) => one.id)
}

type Say = (ru: string, en: string) => string

function summary({ added, chunks }: { added: number; chunks: number }, more: string[], say: Say): string {
  return [say(`Добавлено: ${added}, фрагментов: ${chunks}`, `Added: ${added}, passages: ${chunks}`), ...more].join('\n')
}

function documentRow({ id, filename, status, chunks_count, error }: Document) {
  return [id, filename, status, chunks_count, error ?? '']
}

function documentView({ file: _, sha256: __, created_at, updated_at, ...row }: Document) {
  return { ...row, created_at: toIso(created_at), updated_at: toIso(updated_at) }
}

function questionView({ created_at, updated_at, ...row }: Question) {
  return { ...row, created_at: toIso(created_at), updated_at: toIso(updated_at) }
}
