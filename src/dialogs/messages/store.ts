import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'

export type MessageRow = Selectable<Schema['messages']>

/** Stores a message once per source and once per question answered; a repeat answers undefined. */
export const insertMessage = (db: Db, row: Insertable<Schema['messages']>): Promise<MessageRow | undefined> =>
  db
    .insertInto('messages')
    .values(row)
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst()

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

export const setDelivery = (
  db: Db,
  of: { tenant_id: number; message_id: number },
  delivery: MessageRow['delivery'],
): Promise<MessageRow | undefined> =>
  db
    .updateTable('messages')
    .set({ delivery })
    .where('tenant_id', '=', of.tenant_id)
    .where('id', '=', of.message_id)
    .where((e) => e.or([e('delivery', 'is', null), e('delivery', '<>', delivery)]))
    .returningAll()
    .executeTakeFirst()

/** Replaces the text of what a visitor said; the same text again answers undefined. */
export const changeText = (
  db: Db,
  of: { tenant_id: number; dialog_id: number; source_id: string },
  change: { text: string; edited_at: number },
): Promise<MessageRow | undefined> =>
  db
    .updateTable('messages')
    .set(change)
    .where('tenant_id', '=', of.tenant_id)
    .where('dialog_id', '=', of.dialog_id)
    .where('source_id', '=', of.source_id)
    .where('text', '<>', change.text)
    .returningAll()
    .executeTakeFirst()
