import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Kysely } from 'kysely'
import type { Context } from '../../src/context.ts'
import { inTransaction } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import type { Schema } from '../../src/db/schema.ts'
import { sqliteDialect } from '../../src/db/sqlite.ts'
import { bestWindows } from '../../src/retrieval/extract.ts'
import { addPassages, type NewPassage } from '../../src/retrieval/index-passages.ts'
import { type Findings, findPassages } from '../../src/retrieval/search.ts'

type Item = { id: string; title: string; text: string; kind: 'qa' | 'doc'; intent?: string }
type Question = { id: string; text: string; relevant: string[]; answers?: string[] }
type EvalSet = { name: string; corpus: Item[]; questions: Question[] }
type Asked = { question: Question; findings: Findings; ids: string[]; ms: number }

const BATCH = 64
const SNIPPET = 300 // characters, a chat bubble

const [dir, ...names] = process.argv.slice(2)
await main(dir, names)

async function main(dir: string | undefined, names: string[]): Promise<void> {
  if (!dir) throw new Error('usage: node tests/eval/measure.ts DIR [SET…]')
  const all =
    names.length > 0 ? names : readdirSync(dir).filter((name) => name !== 'prototype' && !name.endsWith('.md'))
  for (const name of all) await measure(readSet(dir, name))
}

// Reads one set of questions and what they are asked of.
function readSet(dir: string, name: string): EvalSet {
  const read = <T>(file: string): T[] => {
    const text = gunzipSync(readFileSync(join(dir, name, `${file}.jsonl.gz`))).toString()
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as T)
  }
  return { name, corpus: read<Item>('corpus'), questions: read<Question>('queries') }
}

// Indexes a set under assistant 1 in a fresh database in memory; returns the context and each passage's item.
async function indexSet({ corpus }: EvalSet): Promise<{ ctx: Context; itemOf: Map<number, Item>; seconds: number }> {
  const ctx = { db: new Kysely<Schema>({ dialect: sqliteDialect(':memory:') }) } as Context
  await migrate(ctx.db as Kysely<Schema>)
  const sources = new Map<string, number>()
  const passages = corpus.map((item, position) => toPassage(item, position, sources))
  const itemOf = new Map<number, Item>()
  const began = performance.now()
  for (let at = 0; at < passages.length; at += BATCH) {
    const ids = await inTransaction(ctx, (ctx) => addPassages(ctx, passages.slice(at, at + BATCH)))
    ids.forEach((id, i) => void itemOf.set(id, corpus[at + i]!))
  }
  return { ctx, itemOf, seconds: (performance.now() - began) / 1000 }
}

async function measure(set: EvalSet): Promise<void> {
  const { ctx, itemOf, seconds } = await indexSet(set)
  const asked: Asked[] = []
  for (const question of set.questions) {
    const began = performance.now()
    const findings = await findPassages(ctx, { assistant_id: 1, question: question.text, limit: 10 })
    const ms = performance.now() - began
    asked.push({ question, findings, ms, ids: findings.found.map((found) => itemOf.get(found.passage_id)!.id) })
  }
  await ctx.db.destroy()
  const speed = `${(set.corpus.length / seconds).toFixed(0)} chunks/s`
  console.log(
    [set.name.padEnd(16), ranks(asked), outcomes(asked), snippets(asked), times(asked), speed]
      .filter(Boolean)
      .join(' | '),
  )
}

// An intent's stored utterances are phrasings of one pair; every other item is a source of its own.
function toPassage(
  { id, kind, title, text, intent }: Item,
  position: number,
  sources: Map<string, number>,
): NewPassage {
  const key = kind === 'qa' && text === '' && intent ? `intent ${intent}` : id
  if (!sources.has(key)) sources.set(key, sources.size + 1)
  return { assistant_id: 1, lane: kind, source_id: sources.get(key)!, position, title: title ?? '', text }
}

function ranks(asked: Asked[]): string {
  const answerable = asked.filter(({ question }) => question.relevant.length > 0)
  const within = (k: number) =>
    share(answerable, ({ question, ids }) => ids.slice(0, k).some((id) => question.relevant.includes(id)))
  return `n ${answerable.length} R@1 ${within(1)} R@5 ${within(5)} R@10 ${within(10)}`
}

function outcomes(asked: Asked[]): string {
  const isRight = ({ question, ids }: Asked) => question.relevant.includes(ids[0] ?? '')
  const isIn = ({ question }: Asked) => question.relevant.length > 0
  const direct = asked.filter(({ findings }) => findings.outcome === 'answer')
  const inScope = asked.filter(isIn)
  const parts = [
    `direct ${share(inScope, (a) => a.findings.outcome === 'answer')} (right ${share(direct.filter(isIn), isRight)})`,
  ]
  parts.push(`unknown ${share(inScope, (a) => a.findings.outcome === 'unknown')}`)
  const outOfScope = asked.filter((a) => !isIn(a))
  if (outOfScope.length === 0) return parts.join(' ')
  const answered = share(outOfScope, (a) => a.findings.outcome === 'answer')
  const unknown = share(outOfScope, (a) => a.findings.outcome === 'unknown')
  return `${parts.join(' ')} OOS n ${outOfScope.length} direct ${answered} unknown ${unknown}, precision of direct ${share(direct, isRight)}`
}

function snippets(asked: Asked[]): string {
  const withAnswer = asked.filter(({ question }) => question.relevant.length > 0 && (question.answers?.length ?? 0) > 0)
  if (withAnswer.length === 0) return ''
  return `snippet ${share(withAnswer, (a) => holds(a, 1))}, of three ${share(withAnswer, (a) => holds(a, 3))}`
}

function holds({ question, findings }: Asked, windows: number): boolean {
  const texts = findings.found.slice(0, windows)
  const shown = bestWindows(findings, texts, { limit: SNIPPET, windows }).map(({ text }) => text.toLowerCase())
  return question.answers!.some((answer) => shown.some((text) => text.includes(answer.toLowerCase())))
}

function times(asked: Asked[]): string {
  const sorted = asked.map(({ ms }) => ms).sort((a, b) => a - b)
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!.toFixed(2)
  return `p50 ${at(0.5)} p95 ${at(0.95)} p99 ${at(0.99)} ms`
}

function share<T>(items: T[], isSo: (item: T) => boolean): string {
  return items.length === 0 ? '–' : (items.filter(isSo).length / items.length).toFixed(3)
}
