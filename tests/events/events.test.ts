import assert from 'node:assert/strict'
import { z } from 'zod'
import { inTransaction } from '../../src/db/database.ts'
import { AppError } from '../../src/errors.ts'
import { event, on } from '../../src/events/event.ts'
import { publish } from '../../src/events/publish.ts'
import { canReplay, eventsAfter } from '../../src/events/read.ts'
import { freeServerLeases, startWorker, workDueTasks } from '../../src/events/work.ts'
import { eachEngine } from '../helpers/engines.ts'

const said = event(
  'said',
  z.object({ tenant_id: z.int(), dialog_id: z.int(), text: z.string() }),
  (p) => `dialog:${p.dialog_id}`,
)
const fact = (text: string, dialog_id = 1) => ({ tenant_id: 1, dialog_id, text })

eachEngine('facts of one stream are numbered from one without gaps, streams apart', async (ctx) => {
  await Promise.all(['a', 'b', 'c'].map((text) => inTransaction(ctx, (tx) => publish(tx, said, fact(text)))))
  await inTransaction(ctx, (tx) => publish(tx, said, fact('other', 2)))
  assert.deepEqual(
    (await eventsAfter(ctx, 'dialog:1', 0, 10)).map((e) => e.seq),
    [1, 2, 3],
  )
  assert.deepEqual(
    (await eventsAfter(ctx, 'dialog:2', 0, 10)).map((e) => e.seq),
    [1],
  )
})

eachEngine('an undone transaction leaves neither fact nor task nor number, and wakes nobody', async (ctx) => {
  let woken = 0
  ctx.bus.listen('dialog:1', () => woken++)
  const listening = { ...ctx, subscriptions: [on(said, 'hear', async () => {})] }
  await assert.rejects(
    inTransaction(listening, async (tx) => {
      await publish(tx, said, fact('lost'))
      throw new Error('changed my mind')
    }),
  )
  assert.equal(woken, 0)
  assert.equal(await inTransaction(listening, (tx) => publish(tx, said, fact('kept'))), 1)
  assert.equal(woken, 1)
})

eachEngine(
  'a fact runs each subscriber once, and one that fails is retried later without a second run of the others',
  async (ctx) => {
    const heard: string[] = []
    let failures = 1
    let now = 1_000_000
    const listening = {
      ...ctx,
      now: () => now,
      subscriptions: [
        on(said, 'first', async (_, p) => void heard.push(`first ${p.text}`)),
        on(said, 'second', async (_, p) => {
          if (failures-- > 0) throw new Error('socket closed')
          heard.push(`second ${p.text}`)
        }),
      ],
    }
    await inTransaction(listening, (tx) => publish(tx, said, fact('hi')))
    await workDueTasks(listening)
    assert.deepEqual(heard, ['first hi'])
    now += 10_000
    await workDueTasks(listening)
    assert.deepEqual(heard, ['first hi', 'second hi'])
    now += 1_000_000
    assert.equal(await workDueTasks(listening), 0)
  },
)

eachEngine('a task that must be retried holds back the later ones of its lane and nobody else', async (ctx) => {
  const heard: string[] = []
  let now = 1_000_000
  let broken = true
  const listening = {
    ...ctx,
    now: () => now,
    subscriptions: [
      on(said, 'deliver', async (_, p) => {
        if (broken && p.dialog_id === 1) throw new Error('socket closed')
        heard.push(p.text)
      }),
    ],
  }
  for (const one of [fact('one'), fact('two'), fact('other', 2)])
    await inTransaction(listening, (tx) => publish(tx, said, one))
  await workDueTasks(listening)
  assert.deepEqual(heard, ['other'])
  broken = false
  now += 10_000
  await workDueTasks(listening)
  assert.deepEqual(heard, ['other', 'one', 'two'])
})

eachEngine('a decision is never retried, and whoever cares is told that the task was given up', async (ctx) => {
  let runs = 0
  let told: unknown
  const refuse = new AppError('NO_MONEY', 402, { ru: 'нет', en: 'no' })
  const listening = {
    ...ctx,
    subscriptions: [
      on(
        said,
        'answer',
        async () => {
          runs++
          throw refuse
        },
        {
          whenDead: async (_, __, error) => {
            told = error
          },
        },
      ),
    ],
  }
  await inTransaction(listening, (tx) => publish(tx, said, fact('hi')))
  await workDueTasks(listening)
  await workDueTasks({ ...listening, now: () => Date.now() + 1_000_000 })
  assert.equal(runs, 1)
  assert.equal(told, refuse)
})

eachEngine('a task whose node died is run again when its lease has run out', async (ctx) => {
  let runs = 0
  const listening = { ...ctx, subscriptions: [on(said, 'answer', async () => void runs++)] }
  await inTransaction(listening, (tx) => publish(tx, said, fact('hi')))
  await ctx.db
    .updateTable('tasks')
    .set({ state: 'running', lease_until: Date.now() + 60_000 })
    .execute()
  await workDueTasks(listening)
  assert.equal(runs, 0)
  await workDueTasks({ ...listening, now: () => Date.now() + 61_000 })
  assert.equal(runs, 1)
})

eachEngine('a replay is possible only while every later fact is kept, and never from beyond the end', async (ctx) => {
  for (const text of ['a', 'b', 'c']) await inTransaction(ctx, (tx) => publish(tx, said, fact(text)))
  assert.equal(await canReplay(ctx, 'dialog:1', 0), true)
  assert.equal(await canReplay(ctx, 'dialog:1', 3), true)
  assert.equal(await canReplay(ctx, 'dialog:1', 4), false)
  await ctx.db.deleteFrom('events').where('seq', '=', 1).execute()
  assert.equal(await canReplay(ctx, 'dialog:1', 0), false)
  assert.equal(await canReplay(ctx, 'dialog:1', 1), true)
})

eachEngine(
  'a server that starts takes back what its predecessor ran, never what a command runs beside it',
  async (ctx) => {
    const heard: string[] = []
    const listening = { ...ctx, subscriptions: [on(said, 'hear', async (_, p) => void heard.push(p.text))] }
    for (const [text, id] of [
      ['server', 1],
      ['command', 2],
    ] as const)
      await inTransaction(listening, (tx) => publish(tx, said, fact(text, id)))
    const lease_until = Date.now() + 60_000
    await ctx.db
      .updateTable('tasks')
      .set({ state: 'running', lease_until, holder: 'server' })
      .where('lane', '=', 'hear:dialog:1')
      .execute()
    await ctx.db
      .updateTable('tasks')
      .set({ state: 'running', lease_until, holder: 'command' })
      .where('lane', '=', 'hear:dialog:2')
      .execute()
    await freeServerLeases(ctx)
    await workDueTasks(listening)
    assert.deepEqual(heard, ['server'])
  },
)

eachEngine('a database that fails for a moment does not end the worker', async (ctx) => {
  let runs = 0
  let fails = 2
  const now = () => {
    if (fails-- > 0) throw new Error('disk I/O error')
    return Date.now()
  }
  const listening = { ...ctx, subscriptions: [on(said, 'hear', async () => void runs++)] }
  await inTransaction(listening, (tx) => publish(tx, said, fact('hi')))
  const stop = startWorker({ ...listening, now })
  const end = Date.now() + 8000
  while (runs === 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
  await stop(1000)
  assert.equal(runs, 1)
})

eachEngine('a fact that does not concern a listener makes no task for it', async (ctx) => {
  const heard: string[] = []
  const listening = {
    ...ctx,
    subscriptions: [
      on(said, 'hear', async (_, p) => void heard.push(p.text), { when: ({ text }) => text !== 'noise' }),
    ],
  }
  for (const text of ['noise', 'news']) await inTransaction(listening, (tx) => publish(tx, said, fact(text)))
  assert.equal((await ctx.db.selectFrom('tasks').select('id').execute()).length, 1)
  await workDueTasks(listening)
  assert.deepEqual(heard, ['news'])
})
