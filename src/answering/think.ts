import type { Assistant } from '../assistants/assistants.ts'
import { assertCanAfford } from '../billing/charge.ts'
import type { Channel } from '../billing/prices.ts'
import type { Context } from '../context.ts'
import { AppError, type Locale } from '../errors.ts'
import { type Citable, citable } from '../knowledge/cite.ts'
import { trimTo } from '../lib/text.ts'
import { SECOND } from '../lib/time.ts'
import { type Attempt, type Completion, complete } from '../llm/complete.ts'
import { embedQuestion } from '../llm/embed.ts'
import { bestWindows } from '../retrieval/extract.ts'
import { type Findings, findPassages } from '../retrieval/search.ts'
import { buildPrompt, citedNumbers, NO_ANSWER, type PastTurn, withoutFalseCitations } from './prompt.ts'
import { languageOf, texts } from './texts.ts'

export type Question = {
  assistant: Assistant
  text: string
  past: PastTurn[]
  locale: Locale
  /** Where the answer goes, which decides what it costs. */
  channel?: Channel
  /** How many passages are looked at, when the asker wants to see more than an answer needs. */
  considered?: number
}
type Cited = { n: number; passage: Citable; text: string }
/** An answer and all that led to it. `route`: qa (a stored answer, word for word), builtin, or the model's name. */
export type Thought = {
  answered: boolean
  text: string
  confidence: number
  outcome: Findings['outcome']
  route: string
  sources: Cited[]
  passages: Citable[]
  understood: string
  completion: Omit<Completion, 'text'> | null
  failed_attempts: Attempt[]
  ms: { retrieval: number; answer: number }
}
/** Hears a streamed answer piece by piece; offset 0 begins it anew. */
export type Hear = (piece: string, offset: number) => void

const CONSIDERED = 10
const FOR_MODEL = 6 // passages of some 700 characters: about 1,500 tokens
const FOR_READER = 3
const WINDOW = 300 // characters: holds the answer in four of five cases and is read at a glance on a phone
const MAX_ANSWER_TOKENS = 800

/**
 * Answers a question from what the assistant knows: a stored answer word for word, a model's answer from the passages, or the passages' own words.
 * Nothing relevant is an honest «I don't know», decided before any model is asked. A model that fails or is too slow is replaced by the passages' own words.
 * Throws INSUFFICIENT_BALANCE rather than ask a model whose answer could not be paid.
 */
export async function think(ctx: Context, question: Question, hear: Hear = () => {}): Promise<Thought> {
  const begun = performance.now()
  const findings = await recallFor(ctx, question)
  const passages = await citable(ctx, question.assistant.id, findings.found)
  const found = performance.now()
  const answer = await answerFrom(ctx, question, { findings, passages, hear })
  return {
    completion: null,
    failed_attempts: [],
    ...answer,
    confidence: findings.confidence,
    outcome: findings.outcome,
    passages,
    understood: findings.question,
    ms: { retrieval: found - begun, answer: performance.now() - found },
  }
}

async function recallFor(ctx: Context, { assistant, text, considered = 0 }: Question): Promise<Findings> {
  const asked = { assistant_id: assistant.id, question: text, limit: Math.max(CONSIDERED, considered) }
  const vector = await embedQuestion(ctx, text)
  if (!vector) return findPassages(ctx, asked)
  try {
    return await findPassages(ctx, { ...asked, vector })
  } catch (error) {
    // The embedder began to answer with vectors of another size: its owner has to know, the visitor is answered by the words.
    if (!(error instanceof AppError)) throw error
    ctx.log.error(
      { reason: error.code, ...error.details },
      'the vectors of the embedder do not fit, words alone answer',
    )
    return findPassages(ctx, asked)
  }
}

type Known = { findings: Findings; passages: Citable[]; hear: Hear }
type Answer = Pick<Thought, 'answered' | 'text' | 'route' | 'sources'> &
  Partial<Pick<Thought, 'completion' | 'failed_attempts'>>

async function answerFrom(ctx: Context, question: Question, known: Known): Promise<Answer> {
  const { findings, passages } = known
  if (findings.outcome === 'unknown' || passages.length === 0) return unknown(question)
  const verbatim = findings.verbatim && passages.find((one) => one.passage_id === findings.verbatim!.passage_id)
  if (verbatim)
    return {
      answered: true,
      text: verbatim.text || verbatim.title,
      route: 'qa',
      sources: [{ n: 1, passage: verbatim, text: verbatim.text }],
    }
  if (question.assistant.ai_model === 'builtin') return fromPassages(question, known)
  return fromModel(ctx, question, known)
}

async function fromModel(ctx: Context, question: Question, known: Known): Promise<Answer> {
  const passages = known.passages.slice(0, FOR_MODEL)
  const { system_prompt, ai_model: model, tenant_id } = question.assistant
  await assertCanAfford(ctx, { tenant_id, channel: question.channel ?? 'website', model })
  const locale = languageOf(question.text, question.locale)
  const deadline = ctx.now() + ctx.config['answer.deadline'] * SECOND
  const turns = buildPrompt({ system_prompt, locale, passages, past: question.past, question: question.text })
  try {
    const { text, ...completion } = await complete(ctx, {
      tenant_id,
      model,
      turns,
      deadline,
      max_tokens: MAX_ANSWER_TOKENS,
      temperature: 0.3,
      onText: withoutRefusal(known.hear),
    })
    return {
      ...readAnswer(question, text, passages),
      completion,
      failed_attempts: completion.attempts.filter((one) => one.cause !== null),
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    ctx.log.warn({ reason: error.code, model }, 'no model answered, the embedded engine does')
    return { ...fromPassages(question, known), failed_attempts: (error.details.attempts ?? []) as Attempt[] }
  }
}

// The marker of a refusal is ours, not the visitor's: pieces that may still become it are held back.
function withoutRefusal(hear: Hear): Hear {
  let held = ''
  return (piece, offset) => {
    if (offset === 0) held = ''
    else if (held === '') return hear(piece, offset)
    held += piece
    if (NO_ANSWER.startsWith(held.trim()) || held.trimStart().startsWith(NO_ANSWER)) return
    hear(held, 0)
    held = ''
  }
}

function readAnswer(question: Question, said: string, passages: Citable[]): Answer {
  const route = question.assistant.ai_model
  if (said.includes(NO_ANSWER)) return { ...unknown(question), route }
  const text = withoutFalseCitations(said, passages.length)
  const sources = citedNumbers(text, passages.length).map((n) => ({
    n,
    passage: passages[n - 1]!,
    text: passages[n - 1]!.text,
  }))
  return { answered: true, text, route, sources }
}

/** The embedded engine: the best sentences of the best passages, or what may have been meant. */
function fromPassages(question: Question, { findings, passages }: Known): Answer {
  if (findings.outcome === 'suggest') return suggest(question, passages)
  const shown = passages.slice(0, FOR_READER)
  const windows = bestWindows(findings, shown, { limit: WINDOW, windows: FOR_READER })
  const sources = windows.map((window, at) => ({ n: at + 1, passage: shown[window.index]!, text: window.text }))
  const best = sources[0]
  if (!best) return unknown(question)
  return { answered: true, text: best.text, route: 'builtin', sources }
}

function suggest(question: Question, passages: Citable[]): Answer {
  const meant = [...new Map(passages.map((one) => [one.title, one])).values()].slice(0, FOR_READER)
  const lines = meant.map((one) => `- ${trimTo(one.title || one.text, 120)}`)
  const text = [texts.suggest[languageOf(question.text, question.locale)], ...lines].join('\n')
  return {
    answered: false,
    text,
    route: 'builtin',
    sources: meant.map((passage, at) => ({ n: at + 1, passage, text: passage.text })),
  }
}

function unknown(question: Question): Answer {
  return {
    answered: false,
    text: texts.unknown[languageOf(question.text, question.locale)],
    route: 'builtin',
    sources: [],
  }
}
