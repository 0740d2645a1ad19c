import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

export type SendRow = Selectable<Schema['telegram_sends']>

/** Keeps an update that could not be handled, once. */
export const insertSkipped = (db: Db, row: Insertable<Schema['telegram_skipped']>) =>
  db
    .insertInto('telegram_skipped')
    .values(row)
    .onConflict((c) => c.doNothing())
    .execute()

export const insertCode = (db: Db, row: Schema['telegram_codes']) =>
  db.insertInto('telegram_codes').values(row).execute()

/** Uses a code up: of two who try at once one gets it. */
export const takeCode = (
  db: Db,
  of: { code_hash: string; tenant_id: number; purpose: Schema['telegram_codes']['purpose']; now: number },
) =>
  db
    .deleteFrom('telegram_codes')
    .where('code_hash', '=', of.code_hash)
    .where('tenant_id', '=', of.tenant_id)
    .where('purpose', '=', of.purpose)
    .where('expires_at', '>', of.now)
    .returning('subject_id')
    .executeTakeFirst()

export const deleteOldCodes = (db: Db, tenant_id: number, now: number) =>
  db.deleteFrom('telegram_codes').where('tenant_id', '=', tenant_id).where('expires_at', '<=', now).execute()

/** What waits to go out in a dialog, up to a message, oldest first. */
export const pendingMessages = (db: Db, of: { tenant_id: number; dialog_id: number; up_to: number }) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('tenant_id', '=', of.tenant_id)
    .where('dialog_id', '=', of.dialog_id)
    .where('delivery', '=', 'pending')
    .where('id', '<=', of.up_to)
    .orderBy('id')
    .execute()

export const partsOf = (db: Db, tenant_id: number, message_id: number): Promise<SendRow[]> =>
  db
    .selectFrom('telegram_sends')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('message_id', '=', message_id)
    .orderBy('part')
    .execute()

export const putPart = (db: Db, row: SendRow) => {
  const { state, telegram_message_id, error, updated_at } = row
  return db
    .insertInto('telegram_sends')
    .values(row)
    .onConflict((c) => c.columns(['message_id', 'part']).doUpdateSet({ state, telegram_message_id, error, updated_at }))
    .execute()
}

export const deletePart = (db: Db, of: { tenant_id: number; message_id: number; part: number }) =>
  db
    .deleteFrom('telegram_sends')
    .where('tenant_id', '=', of.tenant_id)
    .where('message_id', '=', of.message_id)
    .where('part', '=', of.part)
    .execute()

/** Where a message of a chat was stored, also if its dialog is closed by now. */
export const findSaid = (
  db: Db,
  of: { tenant_id: number; bot_id: number; chat_id: string; source_id: string },
): Promise<{ dialog_id: number } | undefined> =>
  db
    .selectFrom('dialogs as d')
    .innerJoin('messages as m', 'm.dialog_id', 'd.id')
    .select('m.dialog_id')
    .where('d.tenant_id', '=', of.tenant_id)
    .where('d.bot_id', '=', of.bot_id)
    .where('d.telegram_chat_id', '=', of.chat_id)
    .where('m.source_id', '=', of.source_id)
    .orderBy('m.id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** The chat of a dialog that is reached through one of the tenant's bots. */
export const findChat = (db: Db, tenant_id: number, dialog_id: number) =>
  db
    .selectFrom('dialogs')
    .select(['bot_id', 'telegram_chat_id as chat_id'])
    .where('tenant_id', '=', tenant_id)
    .where('id', '=', dialog_id)
    .where('telegram_chat_id', 'is not', null)
    .executeTakeFirst()
