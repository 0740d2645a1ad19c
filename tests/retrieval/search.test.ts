import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Context } from '../../src/context.ts'
import { engineOf, inTransaction } from '../../src/db/database.ts'
import { addPassages, addVectors, type NewPassage, removePassages } from '../../src/retrieval/index-passages.ts'
import { findPassages } from '../../src/retrieval/search.ts'
import { eachEngine } from '../helpers/engines.ts'

const pair = (source_id: number, title: string, text: string, assistant_id = 1): NewPassage => ({
  assistant_id,
  lane: 'qa',
  source_id,
  position: 0,
  title,
  text,
})
const chunk = (source_id: number, title: string, text: string, assistant_id = 1): NewPassage => ({
  assistant_id,
  lane: 'doc',
  source_id,
  position: 0,
  title,
  text,
})
const SHOP = [
  pair(1, 'Сколько стоит доставка?', 'Доставка по городу стоит 300 рублей.'),
  pair(2, 'Как вернуть товар?', 'Напишите нам в течение 14 дней.'),
  pair(3, 'Где посмотреть статус заказа?', 'В личном кабинете.'),
  pair(4, 'Как удалить аккаунт?', 'В настройках нажмите «Удалить».'),
  chunk(1, 'Условия › Гарантия', 'Гарантия на самокаты действует два года. Аккумулятор меняют бесплатно.'),
  chunk(2, 'Условия › Хранение', 'Заказ хранится в пункте выдачи семь дней.'),
]
const add = (ctx: Context, passages: NewPassage[]) => inTransaction(ctx, (ctx) => addPassages(ctx, passages))
const ask = (ctx: Context, question: string, assistant_id = 1) => findPassages(ctx, { assistant_id, question })

eachEngine('a stored question asked in other words is answered verbatim', async (ctx) => {
  await add(ctx, SHOP)
  const findings = await ask(ctx, 'Здравствуйте, сколько стоит ваша доставка?')
  assert.equal(findings.outcome, 'answer')
  assert.equal(findings.lane, 'qa')
  assert.equal(findings.verbatim?.text, 'Доставка по городу стоит 300 рублей.')
  assert.equal(findings.found[0]!.source_id, 1)
})

eachEngine('what only a document knows is found there and is not verbatim', async (ctx) => {
  await add(ctx, SHOP)
  const findings = await ask(ctx, 'гарантия на самокат сколько действует')
  assert.equal(findings.lane, 'doc')
  assert.equal(findings.verbatim, null)
  assert.equal(findings.found[0]!.title, 'Условия › Гарантия')
})

eachEngine('a question about something else is honestly unknown', async (ctx) => {
  await add(ctx, SHOP)
  for (const question of ['Кто президент Франции?', 'рецепт борща', 'What is the capital of Peru?']) {
    const { outcome, verbatim, confidence } = await ask(ctx, question)
    assert.deepEqual([outcome, verbatim], ['unknown', null], question)
    assert.ok(confidence < 0.2)
  }
})

eachEngine('a typo, the wrong keyboard layout and Latin letters lead to the same answer', async (ctx) => {
  await add(ctx, SHOP)
  for (const question of ['Как удалить акаунт?', 'Rfr elfkbnm frrfeyn', 'kak udalit akkaunt']) {
    assert.equal((await ask(ctx, question)).found[0]?.source_id, 4, question)
  }
  assert.equal((await ask(ctx, 'Rfr elfkbnm frrfeyn')).question, 'как удалить аккаунт')
  assert.equal((await ask(ctx, 'акаунт')).found[0]?.source_id, 4)
})

eachEngine(
  'found is sorted by a score between 0 and 1, cut to the limit, and leads with the surer lane',
  async (ctx) => {
    await add(ctx, SHOP)
    const { found, confidence, lane } = await findPassages(ctx, {
      assistant_id: 1,
      question: 'заказ доставка гарантия',
      limit: 3,
    })
    assert.equal(found.length, 3)
    assert.equal(found[0]!.lane, lane)
    assert.ok(found[0]!.score >= confidence)
    const scores = found.map(({ score }) => score)
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    )
    assert.ok(scores.every((score) => score >= 0 && score <= 1))
  },
)

eachEngine('phrasings of one pair show once and are no rivals to each other', async (ctx) => {
  const more = ['Цена доставки', 'Сколько стоит доставить заказ?'].map((title) =>
    pair(1, title, 'Доставка по городу стоит 300 рублей.'),
  )
  await add(ctx, [...SHOP, ...more])
  const { found, outcome } = await ask(ctx, 'Сколько стоит доставка заказа?')
  assert.equal(outcome, 'answer')
  assert.equal(found.filter((one) => one.lane === 'qa' && one.source_id === 1).length, 1)
})

eachEngine('a stored question without an answer text is found and shown as it is', async (ctx) => {
  await add(ctx, [pair(1, 'card arrival time', ''), pair(2, 'lost my card', ''), pair(3, 'exchange rate', '')])
  const { found } = await ask(ctx, 'when will my card arrive')
  assert.deepEqual([found[0]!.title, found[0]!.text], ['card arrival time', ''])
})

eachEngine('neither the passages nor the statistics of one assistant reach another', async (ctx) => {
  await add(ctx, SHOP)
  const questions = ['Сколько стоит доставка?', 'секртный товар', 'рецпет доставки']
  const alone = await Promise.all(questions.map((question) => ask(ctx, question)))
  const theirs = Array.from({ length: 60 }, (_, i) =>
    pair(i, `Сколько стоит доставка номер ${i}?`, `Чужая доставка стоит ${i}`, 2),
  )
  await add(ctx, [...theirs, chunk(9, 'Тайна', 'Секретный рецепт борща', 2)])
  assert.deepEqual(await Promise.all(questions.map((question) => ask(ctx, question))), alone)
  assert.deepEqual((await ask(ctx, 'секретный рецепт борща')).found, [])
  assert.deepEqual((await ask(ctx, 'доставка', 3)).found, [])
})

const HOSTILE = [
  '',
  '   ',
  '?!…',
  '😀🎉',
  'и в на',
  'Добрый день!',
  '"',
  'NEAR(доставка заказ, 3)',
  'доставка* AND NOT "заказ" OR title:x ^ - + {a b}',
  "'; drop table passages; --",
  'доставка\0заказ',
  '\ud800 доставка \udfff',
  'ж'.repeat(5000),
  'доставка '.repeat(600),
  '東京 घर دار',
  'ᴀʙᴄ ⅷ ²',
]

eachEngine('no question makes the search throw, whatever the base holds', async (ctx) => {
  for (const question of HOSTILE) assert.equal((await ask(ctx, question)).outcome, 'unknown', question.slice(0, 40))
  await add(ctx, SHOP)
  for (const question of HOSTILE) assert.ok((await ask(ctx, question)).confidence <= 1, question.slice(0, 40))
})

eachEngine('nothing but punctuation, emoji, function words or a greeting is unknown', async (ctx) => {
  await add(ctx, SHOP)
  for (const question of HOSTILE.slice(0, 7)) assert.equal((await ask(ctx, question)).outcome, 'unknown', question)
})

eachEngine('an emptied base answers like an empty one', async (ctx) => {
  await add(ctx, SHOP.slice(0, 1))
  await inTransaction(ctx, (ctx) => removePassages(ctx, { assistant_id: 1, lane: 'qa', source_id: 1 }))
  const { outcome, found, lane } = await ask(ctx, 'доставка')
  assert.deepEqual([outcome, found, lane], ['unknown', [], null])
})

eachEngine('inside a transaction its own passages are found', async (ctx) => {
  const found = await inTransaction(ctx, async (ctx) => {
    await addPassages(ctx, SHOP)
    return (await findPassages(ctx, { assistant_id: 1, question: 'вернуть товар' })).found
  })
  assert.equal(found[0]!.source_id, 2)
})

eachEngine('a vector finds what shares no word, within the assistant and lane', async (ctx) => {
  const ids = await add(ctx, SHOP)
  const strangers = await add(
    ctx,
    Array.from({ length: 60 }, (_, i) => pair(i, 'Чужое', `чужое ${i}`, 2)),
  )
  const unit = (i: number) => Float32Array.from({ length: 8 }, (_, j) => (i === j ? 1 : 0.1))
  const give = (assistant_id: number, vectors: { passage_id: number; values: Float32Array }[]) =>
    inTransaction(ctx, (ctx) => addVectors(ctx, { assistant_id, fingerprint: 'm', vectors }))
  await give(
    1,
    ids.map((passage_id, i) => ({ passage_id, values: unit(i) })),
  )
  await give(
    2,
    strangers.map((passage_id) => ({ passage_id, values: unit(1) })),
  )
  const { found } = await findPassages(ctx, {
    assistant_id: 1,
    question: 'refund',
    vector: { fingerprint: 'm', values: unit(1) },
  })
  assert.equal(found[0]!.passage_id, ids[1])
  assert.ok(Math.abs(found[0]!.cosine! - 1) < 1e-6)
  assert.equal(found.length, ids.length)
})

eachEngine('a replaced vector counts, the one before it does not', async (ctx) => {
  const ids = await add(ctx, SHOP.slice(0, 2))
  const give = (values: number[][]) =>
    inTransaction(ctx, (ctx) =>
      addVectors(ctx, {
        assistant_id: 1,
        fingerprint: 'm',
        vectors: ids.map((passage_id, i) => ({ passage_id, values: Float32Array.from(values[i]!) })),
      }),
    )
  await give([
    [1, 0],
    [0, 1],
  ])
  await give([
    [0, 1],
    [1, 0],
  ])
  const { found } = await findPassages(ctx, {
    assistant_id: 1,
    question: 'refund',
    vector: { fingerprint: 'm', values: Float32Array.from([1, 0]) },
  })
  assert.deepEqual(
    found.map((one) => [one.passage_id, one.cosine]),
    [
      [ids[1], 1],
      [ids[0], 0],
    ],
  )
})

eachEngine('a question with a vector nobody else has is answered by its words', async (ctx) => {
  await add(ctx, SHOP)
  const findings = await findPassages(ctx, {
    assistant_id: 1,
    question: 'Как вернуть товар?',
    vector: { fingerprint: 'new', values: new Float32Array(3) },
  })
  assert.equal(findings.verbatim?.source_id, 2)
  assert.equal(findings.found[0]!.cosine, null)
})

eachEngine('a full-text match is narrowed by rowid only through true integers', async (ctx) => {
  if (engineOf(ctx.db) !== 'sqlite') return
  const ids = await add(
    ctx,
    [1, 2, 3].map((i) => chunk(i, '', `доставка ${i}`)),
  )
  const rows = async (filter: ReturnType<typeof sql>) =>
    (
      await sql<{
        rowid: number
      }>`select rowid from passages_1_doc_text where passages_1_doc_text match 'доставк' and ${filter}`.execute(ctx.db)
    ).rows
  assert.deepEqual(await rows(sql`rowid = ${BigInt(ids[1]!)}`), [{ rowid: ids[1] }])
  assert.deepEqual(await rows(sql`rowid in (select value from json_each(${JSON.stringify([ids[1]])}))`), [
    { rowid: ids[1] },
  ])
})

test('no statement compares the rowid of a full-text table with a bound value', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  assert.ok(files.length > 20)
  for (const file of files)
    assert.doesNotMatch(readFileSync(join('src', file), 'utf8'), /rowid\s*(?:=|<>|!=)\s*(?:\$\{(?!BigInt)|\?)/i, file)
})
