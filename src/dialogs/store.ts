import { type ExpressionBuilder, type Insertable, type Selectable, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { type Scope, within } from '../db/tenant.ts'

export type DialogRow = Selectable<Schema['dialogs']>
export type DialogFilter = {
  status?: DialogRow['status'] | undefined
  handoff_status?: DialogRow['handoff_status'] | undefined
  platform?: DialogRow['platform'] | undefined
  assistant_id?: number | undefined
  operator_id?: number | undefined
  visitor_of?: number | undefined
  search?: string | undefined
  limit: number
  offset: number
}

const withLastMessage = (db: Db) =>
  db
    .selectFrom('dialogs as d')
    .innerJoin('assistants as a', 'a.id', 'd.assistant_id')
    .leftJoin('messages as m', 'm.id', 'd.last_message_id')
    .selectAll('d')
    .select(['a.name as assistant_name', 'a.is_active as assistant_active'])
    .select(['m.text as last_message', 'm.created_at as last_message_time'])

// Counted only where it is shown: it grows with what nobody has looked at.
const unread = ({ selectFrom }: ExpressionBuilder<{ d: Schema['dialogs'] } & Schema, 'd'>) =>
  selectFrom('messages as u')
    .select((e) => e.fn.countAll<number>().as('n'))
    .whereRef('u.dialog_id', '=', 'd.id')
    .whereRef('u.id', '>', 'd.seen_id')
    .where('u.sender', '=', 'user')
    .as('unread')

export type DialogWithLast = NonNullable<Awaited<ReturnType<typeof findDialog>>> & { unread?: number | null }

type Filtered = ExpressionBuilder<{ d: Schema['dialogs'] } & Schema, 'd'>

const matches = (filter: DialogFilter, tenant_id: number) => (e: Filtered) =>
  e.and([
    e('d.tenant_id', '=', tenant_id),
    ...(filter.status === undefined ? [] : [e('d.status', '=', filter.status)]),
    ...(filter.handoff_status === undefined ? [] : [e('d.handoff_status', 'in', shownAs(filter.handoff_status))]),
    ...(filter.platform === undefined ? [] : [e('d.platform', '=', filter.platform)]),
    ...(filter.assistant_id === undefined ? [] : [e('d.assistant_id', '=', filter.assistant_id)]),
    ...(filter.operator_id === undefined
      ? []
      : [e('d.handoff_operator_id', '=', filter.operator_id), e('d.handoff_status', '=', 'active')]),
    ...(filter.visitor_of === undefined ? [] : [e('d.guest_id', '=', guestOf(e, tenant_id, filter.visitor_of))]),
    ...(filter.search === undefined ? [] : [e.or(patternsOf(filter.search).map((pattern) => containing(e, pattern)))]),
  ])

const guestOf = (e: Filtered, tenant_id: number, dialog_id: number) =>
  e.selectFrom('dialogs as o').select('o.guest_id').where('o.id', '=', dialog_id).where('o.tenant_id', '=', tenant_id)

const containing = (e: Filtered, pattern: string) => {
  const like = (column: string) => sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`
  const said = e.selectFrom('messages as s').select('s.id').whereRef('s.dialog_id', '=', 'd.id').where(like('s.text'))
  const about = ['first_name', 'last_name', 'telegram_username', 'email', 'external_id', 'guest_id']
  return e.or([...about.map((column) => like(`d.${column}`)), e.exists(said)])
}

// Neither engine folds the case of Cyrillic in `like` alike, so the usual spellings are tried one by one.
function patternsOf(search: string): string[] {
  const small = search.toLowerCase()
  const spellings = new Set([search, small, small.charAt(0).toUpperCase() + small.slice(1), search.toUpperCase()])
  return [...spellings].map((one) => `%${one.replace(/[\\%_]/g, '\\$&')}%`)
}

export const listDialogs = (db: Db, tenant_id: number, filter: DialogFilter): Promise<DialogWithLast[]> =>
  withLastMessage(db)
    .select(unread as never)
    .where(matches(filter, tenant_id) as never)
    .orderBy('d.last_message_id', 'desc')
    .orderBy('d.id', 'desc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()

export const countDialogs = async (db: Db, tenant_id: number, filter: DialogFilter): Promise<number> => {
  const row = await db
    .selectFrom('dialogs as d')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where(matches(filter, tenant_id) as never)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

// The document's vocabulary has no word for cancelled: such a dialog shows and is found as `none`.
const shownAs = (status: DialogRow['handoff_status']): DialogRow['handoff_status'][] =>
  status === 'none' ? ['none', 'cancelled'] : [status]

export const findDialog = (db: Db, scope: Scope, id: number) =>
  withLastMessage(db).where('d.id', '=', id).where(within(scope, 'd.tenant_id')).executeTakeFirst()

export const countUnread = async (db: Db, dialog_id: number, seen_id: number): Promise<number> => {
  const row = await db
    .selectFrom('messages')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('dialog_id', '=', dialog_id)
    .where('id', '>', seen_id)
    .where('sender', '=', 'user')
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

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

export const noteLastMessage = (db: Db, tenant_id: number, dialog_id: number, message_id: number) =>
  db
    .updateTable('dialogs')
    .set({ last_message_id: message_id })
    .where('id', '=', dialog_id)
    .where('tenant_id', '=', tenant_id)
    .execute()
