import { sql, type Updateable } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'

type Status = Schema['dialogs']['handoff_status']['__select__']
export type HandoffState = Updateable<
  Pick<
    Schema['dialogs'],
    | 'handoff_id'
    | 'handoff_reason'
    | 'handoff_priority'
    | 'handoff_requested_at'
    | 'handoff_operator_id'
    | 'handoff_operator_name'
    | 'handoff_touched_at'
    | 'ai_off'
  >
>

/** Compare-and-set: changes the state only if it is still `from`. */
export async function changeHandoff(
  db: Db,
  of: { tenant_id: number; dialog_id: number; from: Status },
  to: HandoffState & { handoff_status: Status },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('dialogs')
    .set(to)
    .where('id', '=', of.dialog_id)
    .where('tenant_id', '=', of.tenant_id)
    .where('handoff_status', '=', of.from)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export const touch = (db: Db, of: { tenant_id: number; dialog_id: number; operator_id: number }, now: number) =>
  db
    .updateTable('dialogs')
    .set({ handoff_touched_at: now })
    .where('id', '=', of.dialog_id)
    .where('tenant_id', '=', of.tenant_id)
    .where('handoff_operator_id', '=', of.operator_id)
    .where('handoff_status', '=', 'active')
    .execute()

export async function setStatus(
  db: Db,
  of: { tenant_id: number; dialog_id: number },
  status: Schema['dialogs']['status']['__select__'],
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('dialogs')
    .set({ status })
    .where('id', '=', of.dialog_id)
    .where('tenant_id', '=', of.tenant_id)
    .where('status', '<>', status)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** What staff has seen only grows, whoever looks. */
export async function markSeen(
  db: Db,
  of: { tenant_id: number; dialog_id: number },
  message_id: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('dialogs')
    .set({ seen_id: sql`case when ${message_id} < last_message_id then ${message_id} else last_message_id end` })
    .where('id', '=', of.dialog_id)
    .where('tenant_id', '=', of.tenant_id)
    .where('seen_id', '<', message_id)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}
