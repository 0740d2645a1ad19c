import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { Context } from '../../src/context.ts'
import { engineOf, inTransaction } from '../../src/db/database.ts'
import {
  addPassages,
  addVectors,
  forgetAssistant,
  forgetVectors,
  type NewPassage,
  passagesWithoutVector,
  removePassages,
} from '../../src/retrieval/index-passages.ts'
import { findPassages } from '../../src/retrieval/search.ts'
import { eachEngine } from '../helpers/engines.ts'

const chunk = (more: Partial<NewPassage> = {}): NewPassage => ({
  assistant_id: 1,
  lane: 'doc',
  source_id: 1,
  position: 0,
  title: 'Доставка › Сроки',
  text: 'Курьер привозит заказ за два дня.',
  ...more,
})
const add = (ctx: Context, ...passages: NewPassage[]) => inTransaction(ctx, (ctx) => addPassages(ctx, passages))
const stems = async (ctx: Context, assistant_id: number) =>
  Object.fromEntries(
    (await ctx.db.selectFrom('passage_stems').selectAll().where('assistant_id', '=', assistant_id).execute()).map(
      (row) => [row.stem, row.passages],
    ),
  )
const totals = (ctx: Context, assistant_id: number) =>
  ctx.db
    .selectFrom('passage_lanes')
    .select(['passages', 'title_words', 'text_words'])
    .where('assistant_id', '=', assistant_id)
    .executeTakeFirst()
const found = async (ctx: Context, question: string, assistant_id = 1) =>
  (await findPassages(ctx, { assistant_id, question })).found.map((one) => one.passage_id)
const vector = (...values: number[]) => Float32Array.from(values)

eachEngine('passages get rising ids in the order given and are found at once', async (ctx) => {
  const ids = await add(ctx, chunk({ text: 'курьер' }), chunk({ text: 'самовывоз' }), chunk({ text: 'почта' }))
  assert.equal(ids.length, 3)
  assert.ok(ids[0]! < ids[1]! && ids[1]! < ids[2]!)
  assert.deepEqual(await found(ctx, 'самовывоз'), [ids[1]])
  assert.deepEqual(await add(ctx), [])
})

eachEngine('passages of an undone transaction are neither found nor counted', async (ctx) => {
  const undone = inTransaction(ctx, async (ctx) => {
    await addPassages(ctx, [chunk()])
    throw new Error('changed my mind')
  })
  await assert.rejects(undone, /changed my mind/)
  assert.deepEqual(await found(ctx, 'курьер'), [])
  assert.equal(await totals(ctx, 1), undefined)
  await add(ctx, chunk())
  assert.equal((await found(ctx, 'курьер')).length, 1)
})

eachEngine('a lane counts its passages, its words, and each stem once a passage', async (ctx) => {
  await add(ctx, chunk({ title: 'Цена', text: 'цена цена и срок' }), chunk({ title: '', text: 'срок' }))
  assert.deepEqual(await totals(ctx, 1), { passages: 2, title_words: 1, text_words: 5 })
  assert.deepEqual(await stems(ctx, 1), { цен: 1, и: 1, срок: 2 })
})

eachEngine('removing takes at most the limit, says how many, and forgets what nobody holds any more', async (ctx) => {
  const rest = await add(
    ctx,
    ...[0, 1, 2].map((position) => chunk({ position })),
    chunk({ source_id: 2, title: '', text: 'курьер' }),
  )
  const remove = (limit?: number) =>
    inTransaction(ctx, (ctx) =>
      removePassages(ctx, { assistant_id: 1, lane: 'doc', source_id: 1, ...(limit ? { limit } : {}) }),
    )
  assert.equal(await remove(2), 2)
  assert.deepEqual(await found(ctx, 'сроки доставки'), [rest[2]])
  assert.equal(await remove(), 1)
  assert.equal(await remove(), 0)
  assert.deepEqual(await found(ctx, 'курьер'), [rest[3]])
  assert.deepEqual(await stems(ctx, 1), { курьер: 1 })
  assert.deepEqual(await totals(ctx, 1), { passages: 1, title_words: 0, text_words: 1 })
})

eachEngine('removing one passage leaves every other one findable', async (ctx) => {
  const ids = await add(
    ctx,
    ...[1, 2, 3, 4, 5].map((source_id) => chunk({ source_id, title: '', text: `курьер номер${source_id}` })),
  )
  await inTransaction(ctx, (ctx) => removePassages(ctx, { assistant_id: 1, lane: 'doc', source_id: 3 }))
  assert.deepEqual(
    (await found(ctx, 'курьер')).sort((a, b) => a - b),
    [ids[0], ids[1], ids[3], ids[4]],
  )
})

eachEngine('a forgotten assistant leaves nothing behind, and its neighbour loses nothing', async (ctx) => {
  await add(ctx, chunk(), chunk({ lane: 'qa', title: 'Как оплатить?', text: 'Картой.' }))
  const [kept] = await add(ctx, chunk({ assistant_id: 2 }))
  let taken = 0
  for (let more = 1; more > 0; taken += more) more = await inTransaction(ctx, (ctx) => forgetAssistant(ctx, 1))
  assert.equal(taken, 2)
  assert.deepEqual(await stems(ctx, 1), {})
  assert.equal(await totals(ctx, 1), undefined)
  assert.deepEqual(await found(ctx, 'курьер оплата'), [])
  assert.deepEqual(await found(ctx, 'курьер', 2), [kept])
  if (engineOf(ctx.db) === 'sqlite') assert.deepEqual(await tablesOf(ctx, 1), [])
})

eachEngine('a forgotten assistant can be filled again', async (ctx) => {
  await add(ctx, chunk())
  for (let more = 1; more > 0; ) more = await inTransaction(ctx, (ctx) => forgetAssistant(ctx, 1))
  const [again] = await add(ctx, chunk())
  assert.deepEqual(await found(ctx, 'курьер'), [again])
})

eachEngine('NUL and half a surrogate pair are stored as readable text', async (ctx) => {
  await add(ctx, chunk({ title: 'Цена\0', text: 'сто\0рублей \ud83d' }))
  const [row] = (await findPassages(ctx, { assistant_id: 1, question: 'цена' })).found
  assert.equal(row!.title, 'Цена ')
  assert.equal(row!.text, 'сто рублей \ufffd')
})

eachEngine('a vector of another size is refused and none of its batch is stored', async (ctx) => {
  const [a, b] = await add(ctx, chunk(), chunk({ position: 1 }))
  const give = (...vectors: { passage_id: number; values: Float32Array }[]) =>
    inTransaction(ctx, (ctx) => addVectors(ctx, { assistant_id: 1, fingerprint: 'm', vectors }))
  await give({ passage_id: a!, values: vector(1, 0, 0) })
  const refused = give({ passage_id: a!, values: vector(0, 1, 0) }, { passage_id: b!, values: vector(1, 0) })
  await assert.rejects(refused, { code: 'VECTOR_SIZE_MISMATCH', details: { expected: 3, given: 2 } })
  assert.deepEqual(await lacking(ctx, 'm'), [b])
  await assert.rejects(
    findPassages(ctx, { assistant_id: 1, question: 'курьер', vector: { fingerprint: 'm', values: vector(1) } }),
    {
      code: 'VECTOR_SIZE_MISMATCH',
    },
  )
})

eachEngine('passages without a vector are told apart by fingerprint, limit and place', async (ctx) => {
  const [a, b] = await add(ctx, chunk(), chunk({ position: 1 }))
  await add(ctx, chunk({ assistant_id: 2 }))
  await inTransaction(ctx, (ctx) =>
    addVectors(ctx, { assistant_id: 1, fingerprint: 'm', vectors: [{ passage_id: a!, values: vector(1, 0) }] }),
  )
  assert.deepEqual(await lacking(ctx, 'm'), [b])
  assert.deepEqual(await lacking(ctx, 'other'), [a, b])
  assert.deepEqual(await lacking(ctx, 'other', { limit: 1 }), [a])
  assert.deepEqual(await lacking(ctx, 'other', { after: a! }), [b])
})

eachEngine("a vector for another assistant's or a vanished passage is not stored", async (ctx) => {
  const [theirs] = await add(ctx, chunk({ assistant_id: 2 }))
  const vectors = [theirs!, 999].map((passage_id) => ({ passage_id, values: vector(1, 0) }))
  await inTransaction(ctx, (ctx) => addVectors(ctx, { assistant_id: 1, fingerprint: 'm', vectors }))
  assert.deepEqual(await ctx.db.selectFrom('passage_vectors').selectAll().execute(), [])
})

eachEngine("other models' vectors are forgotten in portions, the kept model's stay", async (ctx) => {
  const ids = await add(ctx, ...[0, 1, 2].map((position) => chunk({ position })))
  for (const [fingerprint, size] of [
    ['old', 2],
    ['new', 4],
  ] as const) {
    const vectors = ids.map((passage_id) => ({ passage_id, values: new Float32Array(size).fill(1) }))
    await inTransaction(ctx, (ctx) => addVectors(ctx, { assistant_id: 1, fingerprint, vectors }))
  }
  const forget = (keep: string | null, limit?: number) =>
    inTransaction(ctx, (ctx) => forgetVectors(ctx, { assistant_id: 1, keep, ...(limit ? { limit } : {}) }))
  assert.deepEqual([await forget('new', 2), await forget('new', 2), await forget('new', 2)], [2, 1, 0])
  assert.deepEqual(await lacking(ctx, 'new'), [])
  assert.deepEqual(await lacking(ctx, 'old'), ids)
  assert.equal(await forget(null), 3)
})

eachEngine('a model nobody has vectors of any more is forgotten, one that someone has is not', async (ctx) => {
  const [mine] = await add(ctx, chunk())
  const [theirs] = await add(ctx, chunk({ assistant_id: 2 }))
  const give = (assistant_id: number, passage_id: number, size: number) =>
    inTransaction(ctx, (ctx) =>
      addVectors(ctx, {
        assistant_id,
        fingerprint: 'm',
        vectors: [{ passage_id, values: new Float32Array(size).fill(1) }],
      }),
    )
  const forgetAll = async (assistant_id: number) => {
    for (let more = 1; more > 0; )
      more = await inTransaction(ctx, (ctx) => forgetVectors(ctx, { assistant_id, keep: null }))
  }
  await give(1, mine!, 2)
  await give(2, theirs!, 2)
  await forgetAll(1)
  await assert.rejects(give(1, mine!, 3), { code: 'VECTOR_SIZE_MISMATCH' })
  await forgetAll(2)
  await give(1, mine!, 3)
  assert.deepEqual(await lacking(ctx, 'm'), [])
})

async function lacking(ctx: Context, fingerprint: string, more: { limit?: number; after?: number } = {}) {
  const rows = await passagesWithoutVector(ctx, { assistant_id: 1, fingerprint, limit: 10, ...more })
  return rows.map((row) => row.passage_id)
}

async function tablesOf(ctx: Context, assistant_id: number) {
  const { rows } = await sql`select name from sqlite_master where name like ${`passages_${assistant_id}_%`}`.execute(
    ctx.db,
  )
  return rows
}
