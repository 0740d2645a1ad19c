import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

export type LetterRow = Selectable<Schema['email_outbox']>

/** Undefined when the same occasion has its letter already. */
export const insertLetter = (db: Db, row: Insertable<Schema['email_outbox']>) =>
  db
    .insertInto('email_outbox')
    .values(row)
    .onConflict((c) => c.column('once').doNothing())
    .returning(['id', 'turn'])
    .executeTakeFirst()

export const findLetter = (db: Db, id: number): Promise<LetterRow | undefined> =>
  db.selectFrom('email_outbox').selectAll().where('id', '=', id).executeTakeFirst()

/** Of a letter that still waits in this turn; undefined when it went another way meanwhile. */
export const changeLetter = (
  db: Db,
  { id, turn }: Pick<LetterRow, 'id' | 'turn'>,
  change: Updateable<Schema['email_outbox']>,
) =>
  db
    .updateTable('email_outbox')
    .set(change)
    .where('id', '=', id)
    .where('turn', '=', turn)
    .where('state', '=', 'waiting')
    .returningAll()
    .executeTakeFirst()

/** Whatever turn it is: what is with the mail server is there. */
export const endSent = (db: Db, id: number, change: Updateable<Schema['email_outbox']>) =>
  db
    .updateTable('email_outbox')
    .set({ ...change, state: 'sent', attempts: sql`attempts + 1` })
    .where('id', '=', id)
    .execute()

export const noteHanded = (db: Db, id: number) =>
  db.updateTable('email_outbox').set({ unanswered: sql`unanswered + 1` }).where('id', '=', id).execute()

/** Puts a letter back into the queue, in a new turn. */
export const reopenLetter = (db: Db, { id, turn }: LetterRow, now: number, good_until: number) =>
  db
    .updateTable('email_outbox')
    .set({ state: 'waiting', turn: turn + 1, attempts: 0, unanswered: 0, due_at: now, good_until, ended_at: null })
    .where('id', '=', id)
    .where('turn', '=', turn)
    .where('state', '<>', 'sent')
    .returningAll()
    .executeTakeFirst()

export const listLetters = (
  db: Db,
  filter: { state?: LetterRow['state'] | undefined; limit: number; offset: number },
): Promise<LetterRow[]> =>
  db
    .selectFrom('email_outbox')
    .selectAll()
    .$if(filter.state !== undefined, (q) => q.where('state', '=', filter.state as LetterRow['state']))
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()

/** How many letters of these kinds a mailbox was written since the moment. */
export const countSince = async (db: Db, recipient: string, kinds: string[], moment: number): Promise<number> => {
  const row = await db
    .selectFrom('email_outbox')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('recipient', '=', recipient)
    .where('kind', 'in', kinds)
    .where('created_at', '>', moment)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** How many letters are in each state for each reason; of those that ended, only since the moment. */
export const countLetters = async (db: Db, since: number) => {
  const rows = await db
    .selectFrom('email_outbox')
    .select((e) => ['state', 'reason', e.fn.countAll<number>().as('n'), e.fn.max('detail').as('detail')])
    .where((e) => e.or([e('state', '=', 'waiting'), e('ended_at', '>', since)]))
    .groupBy(['state', 'reason'])
    .execute()
  return rows.map((row) => ({ ...row, n: Number(row.n) }))
}

export const waitingBeyond = (db: Db, moment: number): Promise<LetterRow[]> =>
  db.selectFrom('email_outbox').selectAll().where('state', '=', 'waiting').where('due_at', '>', moment).execute()

export const endOverdue = (db: Db, now: number, before: number) =>
  db
    .updateTable('email_outbox')
    .set({ state: 'failed', reason: sql`coalesce(reason, 'expired')`, ended_at: now })
    .where('state', '=', 'waiting')
    .where('good_until', '<', before)
    .execute()

export const forgetBodies = (db: Db, before: number) =>
  db
    .updateTable('email_outbox')
    .set({ sealed: null })
    .where('state', '<>', 'waiting')
    .where('created_at', '<', before)
    .where('sealed', 'is not', null)
    .execute()

export const deleteLettersBefore = (db: Db, before: number) =>
  db.deleteFrom('email_outbox').where('state', '<>', 'waiting').where('created_at', '<', before).execute()

export const deleteLettersOf = (db: Db, of: { tenant_id: number; recipient: string }) =>
  db
    .deleteFrom('email_outbox')
    .where((e) => e.or([e('tenant_id', '=', of.tenant_id), e('recipient', '=', of.recipient)]))
    .execute()
