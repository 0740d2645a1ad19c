import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { explain as explainMessage } from '../answering/evidence.ts'
import { type Thought, think } from '../answering/think.ts'
import { type Assistant, getAssistant } from '../assistants/assistants.ts'
import type { Context } from '../context.ts'
import { oneLine, trimTo } from '../lib/text.ts'
import { command, EVERYBODY, TypedId } from './shell/command.ts'
import { misuse } from './shell/errors.ts'
import { paint, paragraphs, sheet, table } from './shell/output.ts'

type Say = (ru: string, en: string) => string

const MAX_QUESTION = 4000 // characters, as a visitor may write
const TOP = 5

export const ask = command({
  usage: 'ask [question]',
  about: [
    'ответ и его источники; с --file по вопросу в строке',
    'an answer and its sources; with --file one question a line',
  ],
  example: 'replyx ask --assistant 1 "Сколько стоит доставка?"',
  flags: [
    ['--assistant <id>', 'ассистент', 'the assistant'],
    ['--file <file>', 'вопросы из файла, ответы строками JSON', 'questions from a file, answers as lines of JSON'],
    ['--top <n>', `сколько источников показать (${TOP})`, `how many sources to show (${TOP})`],
  ],
  shape: z.object({
    assistant: TypedId,
    question: z.string().trim().min(1).max(MAX_QUESTION).optional(),
    file: z.string().optional(),
    top: z.coerce.number().int().min(0).max(100).default(TOP),
  }),
  run: async ({ ctx, input, say }) => {
    const assistant = await getAssistant(ctx, EVERYBODY, input.assistant)
    if ((input.question === undefined) === (input.file === undefined))
      throw misuse('нужен вопрос или --file', 'a question or --file is needed')
    if (input.file !== undefined) return askAll(ctx, assistant, input.file, input.top)
    const thought = await askOne(ctx, assistant, input.question!, input.top)
    return { data: answerOf(thought, input.top), text: forReading(thought, say) }
  },
})

export const explain = command({
  usage: 'explain <id>',
  about: [
    'на чём стоит ответ: фрагменты, оценки, путь, время',
    'what an answer stands on: passages, scores, route, times',
  ],
  example: 'replyx explain 42',
  shape: z.object({ id: TypedId }),
  run: async ({ ctx, input, say }) => {
    const evidence = await explainMessage(ctx, EVERYBODY, input.id)
    const { passages, attempts, ms, cited, ...rest } = evidence
    const headings = [say('Взято', 'Used'), say('Оценка', 'Score'), say('Откуда', 'From'), say('Текст', 'Text')]
    const rows = passages.map((one) => [
      cited.includes(one.passage_id) ? '✓' : '',
      one.score.toFixed(3),
      one.title,
      trimTo(one.text, 80),
    ])
    const times = Object.entries(ms).map(
      ([name, value]) => [`ms.${name}`, value === null ? null : Math.round(value)] as const,
    )
    const tries = attempts.map(
      (one, at) => [`${say('попытка', 'try')} ${at + 1}`, `${one.model}: ${one.cause ?? 'ok'}`] as const,
    )
    return {
      data: evidence,
      text: [
        sheet([...Object.entries(rest), ...times, ...tries].map(([k, v]) => [k, v])),
        '',
        table(headings, rows),
      ].join('\n'),
    }
  },
})

async function askAll(ctx: Context, assistant: Assistant, file: string, top: number): Promise<undefined> {
  const input = file === '-' ? process.stdin : createReadStream(file, 'utf8')
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const question = line.trim().slice(0, MAX_QUESTION)
    if (question === '') continue
    const thought = await askOne(ctx, assistant, question, top)
    process.stdout.write(`${JSON.stringify(answerOf(thought, top))}\n`)
  }
}

function askOne(ctx: Context, assistant: Assistant, text: string, top: number): Promise<Thought> {
  return think(ctx, { assistant, text, past: [], locale: assistant.locale, considered: top })
}

// In the order of the search; what the answer itself stands on is always among them.
function answerOf(thought: Thought, top: number) {
  const { answered, text, confidence, route, ms } = thought
  return {
    answered,
    answer: text,
    confidence: Number(confidence.toFixed(4)),
    route,
    sources: shownPassages(thought, top).map(({ external_id, document_id, title, text, score }) => ({
      external_id,
      document_id,
      title,
      text,
      score: Number(score.toFixed(4)),
    })),
    ms: Math.round(ms.retrieval + ms.answer),
  }
}

function shownPassages({ passages, sources }: Thought, top: number): Thought['passages'] {
  const cited = new Set(sources.map(({ passage }) => passage.passage_id))
  let room = top - cited.size
  return passages.filter(({ passage_id }) => cited.has(passage_id) || room-- > 0).slice(0, top)
}

function forReading({ text, answered, confidence, route, sources }: Thought, say: Say): string {
  const sure = `${say('уверенность', 'confidence')} ${Math.round(confidence * 100)}%, ${route}`
  const known = answered ? [] : [paint('dim', say('Ответа в материалах нет.', 'The materials hold no answer.'))]
  const cited = sources.map(({ n, passage, text }) => {
    const where = oneLine(
      passage.title || passage.external_id || `${say('документ', 'document')} ${passage.document_id ?? ''}`,
    )
    return `${paint('bold', `[${n}]`)} ${where}\n    ${paint('dim', oneLine(trimTo(text, 160)))}`
  })
  return [paragraphs(text), '', ...known, paint('dim', `(${sure})`), ...(cited.length > 0 ? ['', ...cited] : [])].join(
    '\n',
  )
}
