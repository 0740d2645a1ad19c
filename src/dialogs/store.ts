import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { type Scope, within } from '../db/tenant.ts'

export type DialogRow = Selectable<Schema['dialogs']>
export type MessageRow = Selectable<Schema['messages']>
export type DialogFilter = {
  status?: DialogRow['status'] | undefined
  handoff_status?: DialogRow['handoff_status'] | undefined
  platform?: DialogRow['platform'] | undefined
  assistant_id?: number | undefined
  limit: number
  offset: number
}

const withLastMessage = (db: Db) =>
  db
    .selectFrom('dialogs as d')
    .innerJoin('assistants as a', 'a.id', 'd.assistant_id')
    .leftJoin('messages as m', 'm.id', 'd.last_message_id')
    .selectAll('d')
    .select(['a.name as assistant_name', 'm.text as last_message', 'm.created_at as last_message_time'])

export type DialogWithLast = Awaited<ReturnType<typeof listDialogs>>[number]

export const listDialogs = (db: Db, tenant_id: number, filter: DialogFilter) =>
  withLastMessage(db)
    .where('d.tenant_id', '=', tenant_id)
    .$if(filter.status !== undefined, (q) => q.where('d.status', '=', filter.status!))
    .$if(filter.handoff_status !== undefined, (q) => q.where('d.handoff_status', 'in', shownAs(filter.handoff_status!)))
    .$if(filter.platform !== undefined, (q) => q.where('d.platform', '=', filter.platform!))
    .$if(filter.assistant_id !== undefined, (q) => q.where('d.assistant_id', '=', filter.assistant_id!))
    .orderBy('d.last_message_id', 'desc')
    .orderBy('d.id', 'desc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()

export const countDialogs = async (db: Db, tenant_id: number, filter: DialogFilter): Promise<number> => {
  const row = await db
    .selectFrom('dialogs as d')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('d.tenant_id', '=', tenant_id)
    .$if(filter.status !== undefined, (q) => q.where('d.status', '=', filter.status!))
    .$if(filter.handoff_status !== undefined, (q) => q.where('d.handoff_status', 'in', shownAs(filter.handoff_status!)))
    .$if(filter.platform !== undefined, (q) => q.where('d.platform', '=', filter.platform!))
    .$if(filter.assistant_id !== undefined, (q) => q.where('d.assistant_id', '=', filter.assistant_id!))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

// The document's vocabulary has no word for cancelled: such a dialog shows and is found as `none`.
const shownAs = (status: DialogRow['handoff_status']): DialogRow['handoff_status'][] =>
  status === 'none' ? ['none', 'cancelled'] : [status]

export const findDialog = (db: Db, scope: Scope, id: number) =>
  withLastMessage(db).where('d.id', '=', id).where(within(scope, 'd.tenant_id')).executeTakeFirst()

export const guestDialogs = (
  db: Db,
  guest: { assistant_id: number; guest_id: string },
  page: { limit: number; offset: number },
) =>
  withLastMessage(db)
    .where('d.assistant_id', '=', guest.assistant_id)
    .where('d.guest_id', '=', guest.guest_id)
    .orderBy('d.id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()

export const countGuestDialogs = async (db: Db, guest: { assistant_id: number; guest_id: string }): Promise<number> => {
  const row = await db
    .selectFrom('dialogs')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('assistant_id', '=', guest.assistant_id)
    .where('guest_id', '=', guest.guest_id)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** Opens a dialog unless the guest has one open; then answers nothing. */
export const insertDialog = (db: Db, row: Insertable<Schema['dialogs']>) =>
  db
    .insertInto('dialogs')
    .values(row)
    .onConflict((c) => c.doNothing())
    .returning('id')
    .executeTakeFirst()

export const findOpenDialog = (
  db: Db,
  of: { assistant_id: number; platform: DialogRow['platform']; guest_id: string },
) =>
  db
    .selectFrom('dialogs')
    .select('id')
    .where('assistant_id', '=', of.assistant_id)
    .where('platform', '=', of.platform)
    .where('guest_id', '=', of.guest_id)
    .where('status', '=', 'active')
    .executeTakeFirst()

export const archiveDialogsOf = (db: Db, tenant_id: number, assistant_id: number) =>
  db
    .updateTable('dialogs')
    .set({ status: 'archived' })
    .where('tenant_id', '=', tenant_id)
    .where('assistant_id', '=', assistant_id)
    .execute()

/** Stores a message once per source and once per question answered; a repeat answers undefined. */
export const insertMessage = (db: Db, row: Insertable<Schema['messages']>): Promise<MessageRow | undefined> =>
  db
    .insertInto('messages')
    .values(row)
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst()

export const noteLastMessage = (db: Db, tenant_id: number, dialog_id: number, message_id: number) =>
  db
    .updateTable('dialogs')
    .set({ last_message_id: message_id })
    .where('id', '=', dialog_id)
    .where('tenant_id', '=', tenant_id)
    .execute()

export const findMessage = (db: Db, tenant_id: number, id: number): Promise<MessageRow | undefined> =>
  db.selectFrom('messages').selectAll().where('id', '=', id).where('tenant_id', '=', tenant_id).executeTakeFirst()

export const findBySource = (db: Db, dialog_id: number, source_id: string): Promise<MessageRow | undefined> =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('dialog_id', '=', dialog_id)
    .where('source_id', '=', source_id)
    .executeTakeFirst()

export const messagesBefore = (
  db: Db,
  tenant_id: number,
  of: { dialog_id: number; before_id: number; limit: number },
): Promise<MessageRow[]> =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('dialog_id', '=', of.dialog_id)
    .where('id', '<', of.before_id)
    .orderBy('id', 'desc')
    .limit(of.limit)
    .execute()

export const messagesAfter = (
  db: Db,
  tenant_id: number,
  of: { dialog_id: number; after_id: number; limit: number },
): Promise<MessageRow[]> =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('dialog_id', '=', of.dialog_id)
    .where('id', '>', of.after_id)
    .orderBy('id')
    .limit(of.limit)
    .execute()

/** Whether staff has spoken since, or the question has its answer: then it is nobody's turn any more. */
export const isSettled = async (
  db: Db,
  question: Pick<MessageRow, 'id' | 'tenant_id' | 'dialog_id'>,
): Promise<boolean> => {
  const row = await db
    .selectFrom('messages')
    .select('id')
    .where('tenant_id', '=', question.tenant_id)
    .where('dialog_id', '=', question.dialog_id)
    .where('id', '>', question.id)
    .where((e) => e.or([e('sender', '=', 'operator'), e('reply_to', '=', question.id)]))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
