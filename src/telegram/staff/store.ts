import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'

export type Group = Selectable<Schema['telegram_groups']>
export type Topic = Selectable<Schema['telegram_topics']>
export type Linked = Selectable<Schema['telegram_people']>
type Place = { tenant_id: number; dialog_id: number }

export const findGroup = (db: Db, tenant_id: number): Promise<Group | undefined> =>
  db.selectFrom('telegram_groups').selectAll().where('tenant_id', '=', tenant_id).executeTakeFirst()

export const putGroup = (db: Db, { tenant_id, ...group }: Group) =>
  db
    .insertInto('telegram_groups')
    .values({ tenant_id, ...group })
    .onConflict((c) => c.column('tenant_id').doUpdateSet(group))
    .execute()

/** Changes a group if it still is this chat. */
export async function changeGroup(
  db: Db,
  of: { tenant_id: number; chat_id: string },
  change: Updateable<Schema['telegram_groups']>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('telegram_groups')
    .set(change)
    .where('tenant_id', '=', of.tenant_id)
    .where('chat_id', '=', of.chat_id)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export const deleteGroup = (db: Db, tenant_id: number): Promise<Group | undefined> =>
  db.deleteFrom('telegram_groups').where('tenant_id', '=', tenant_id).returningAll().executeTakeFirst()

export const findTopic = (db: Db, of: Place): Promise<Topic | undefined> =>
  db
    .selectFrom('telegram_topics')
    .selectAll()
    .where('tenant_id', '=', of.tenant_id)
    .where('dialog_id', '=', of.dialog_id)
    .executeTakeFirst()

/** The dialog whose topic this is. */
export const topicAt = (
  db: Db,
  at: { tenant_id: number; chat_id: string; thread_id: number },
): Promise<Topic | undefined> =>
  db
    .selectFrom('telegram_topics')
    .selectAll()
    .where('tenant_id', '=', at.tenant_id)
    .where('chat_id', '=', at.chat_id)
    .where('thread_id', '=', at.thread_id)
    .executeTakeFirst()

export const insertTopic = (db: Db, row: Insertable<Schema['telegram_topics']>): Promise<Topic> =>
  db.insertInto('telegram_topics').values(row).returningAll().executeTakeFirstOrThrow()

export const changeTopic = (db: Db, of: Place, change: Updateable<Schema['telegram_topics']>) =>
  db
    .updateTable('telegram_topics')
    .set(change)
    .where('tenant_id', '=', of.tenant_id)
    .where('dialog_id', '=', of.dialog_id)
    .execute()

export const deleteTopic = (db: Db, of: Place) =>
  db.deleteFrom('telegram_topics').where('tenant_id', '=', of.tenant_id).where('dialog_id', '=', of.dialog_id).execute()

/** The topics of a group that got another number. */
export const moveTopics = (db: Db, of: { tenant_id: number; chat_id: string }, to: string) =>
  db
    .updateTable('telegram_topics')
    .set({ chat_id: to })
    .where('tenant_id', '=', of.tenant_id)
    .where('chat_id', '=', of.chat_id)
    .execute()

/** The dialogs that wait for a human or have one, in the order they asked. */
export const openHandoffs = (db: Db, tenant_id: number) =>
  db
    .selectFrom('dialogs')
    .select('id as dialog_id')
    .where('tenant_id', '=', tenant_id)
    .where('handoff_status', 'in', ['requested', 'active'])
    .where('status', '=', 'active')
    .orderBy('handoff_requested_at')
    .execute()

export const findPerson = (db: Db, tenant_id: number, telegram_user_id: string): Promise<Linked | undefined> =>
  db
    .selectFrom('telegram_people')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('telegram_user_id', '=', telegram_user_id)
    .executeTakeFirst()

export const listPeople = (db: Db, tenant_id: number): Promise<Linked[]> =>
  db.selectFrom('telegram_people').selectAll().where('tenant_id', '=', tenant_id).orderBy('linked_at').execute()

export const deletePersonAt = (db: Db, tenant_id: number, telegram_user_id: string) =>
  db
    .deleteFrom('telegram_people')
    .where('tenant_id', '=', tenant_id)
    .where('telegram_user_id', '=', telegram_user_id)
    .execute()

export const putPerson = (db: Db, { user_id, ...person }: Linked) =>
  db
    .insertInto('telegram_people')
    .values({ user_id, ...person })
    .onConflict((c) => c.column('user_id').doUpdateSet(person))
    .execute()

export async function deletePerson(db: Db, of: { tenant_id: number; user_id: number }): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('telegram_people')
    .where('tenant_id', '=', of.tenant_id)
    .where('user_id', '=', of.user_id)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
