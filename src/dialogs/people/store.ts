import type { Db } from '../../db/database.ts'

type Named = { email?: string; first_name?: string; last_name?: string | null; external_id?: string }

export const nameDialog = (db: Db, of: { tenant_id: number; dialog_id: number }, names: Named) =>
  db.updateTable('dialogs').set(names).where('id', '=', of.dialog_id).where('tenant_id', '=', of.tenant_id).execute()

export const openDialogsOf = (db: Db, guest: { tenant_id: number; assistant_id: number; guest_id: string }) =>
  db
    .selectFrom('dialogs')
    .select('id')
    .where('tenant_id', '=', guest.tenant_id)
    .where('assistant_id', '=', guest.assistant_id)
    .where('guest_id', '=', guest.guest_id)
    .where('status', '=', 'active')
    .execute()

export const putRating = (
  db: Db,
  row: {
    dialog_id: number
    message_id: number
    tenant_id: number
    rating: 'up' | 'down'
    comment: string | null
    created_at: number
  },
) =>
  db
    .insertInto('ratings')
    .values(row)
    .onConflict((c) => c.columns(['dialog_id', 'message_id']).doUpdateSet({ rating: row.rating, comment: row.comment }))
    .execute()

export const ratingsOf = (db: Db, of: { tenant_id: number; dialog_id: number }) =>
  db
    .selectFrom('ratings')
    .select(['message_id', 'rating', 'comment'])
    .where('tenant_id', '=', of.tenant_id)
    .where('dialog_id', '=', of.dialog_id)
    .orderBy('message_id')
    .execute()

type Chat = { bot_id: number; chat_id: string }

export const findChatDialog = (db: Db, chat: Chat) =>
  db
    .selectFrom('dialogs')
    .select('id')
    .where('bot_id', '=', chat.bot_id)
    .where('telegram_chat_id', '=', chat.chat_id)
    .where('status', '=', 'active')
    .executeTakeFirst()

export const archiveChat = (db: Db, chat: Chat, except: number) =>
  db
    .updateTable('dialogs')
    .set({ status: 'archived' })
    .where('bot_id', '=', chat.bot_id)
    .where('telegram_chat_id', '=', chat.chat_id)
    .where('status', '=', 'active')
    .where('id', '<>', except)
    .execute()

export const setChat = (
  db: Db,
  of: { tenant_id: number; dialog_id: number },
  chat: { bot_id: number; telegram_chat_id: string; telegram_username: string | null; telegram_unreachable: number },
) => db.updateTable('dialogs').set(chat).where('id', '=', of.dialog_id).where('tenant_id', '=', of.tenant_id).execute()

export const setUnreachable = (db: Db, chat: Chat, telegram_unreachable: 0 | 1) =>
  db
    .updateTable('dialogs')
    .set({ telegram_unreachable })
    .where('bot_id', '=', chat.bot_id)
    .where('telegram_chat_id', '=', chat.chat_id)
    .where('status', '=', 'active')
    .execute()

export const moveChat = (db: Db, from: Chat, to: string) =>
  db
    .updateTable('dialogs')
    .set({ telegram_chat_id: to })
    .where('bot_id', '=', from.bot_id)
    .where('telegram_chat_id', '=', from.chat_id)
    .execute()
