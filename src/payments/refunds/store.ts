import { type Selectable, sql } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'

export type Refund = Selectable<Schema['refunds']>

export const insertRefund = (db: Db, row: Omit<Refund, 'error_code'>): Promise<Refund> =>
  db.insertInto('refunds').values(row).returningAll().executeTakeFirstOrThrow()

export const findRefund = (db: Db, tenant_id: number, id: string): Promise<Refund | undefined> =>
  db.selectFrom('refunds').selectAll().where('id', '=', id).where('tenant_id', '=', tenant_id).executeTakeFirst()

export const findByKey = (db: Db, of: { payment_id: string; tenant_id: number }, idempotency_key: string) =>
  db
    .selectFrom('refunds')
    .selectAll()
    .where('payment_id', '=', of.payment_id)
    .where('tenant_id', '=', of.tenant_id)
    .where('idempotency_key', '=', idempotency_key)
    .executeTakeFirst()

/** All refunds of a payment, oldest first. */
export const refundsOf = (db: Db, of: { id: string; tenant_id: number }): Promise<Refund[]> =>
  db
    .selectFrom('refunds')
    .selectAll()
    .where('payment_id', '=', of.id)
    .where('tenant_id', '=', of.tenant_id)
    .orderBy('created_at')
    .execute()

/** The sum of a payment's refunds in this state. */
export const sumIn = async (
  db: Db,
  of: { payment_id: string; tenant_id: number },
  state: Refund['state'],
): Promise<number> => {
  const row = await db
    .selectFrom('refunds')
    .select(sql<number>`coalesce(sum(amount), 0)`.as('sum'))
    .where('payment_id', '=', of.payment_id)
    .where('tenant_id', '=', of.tenant_id)
    .where('state', '=', state)
    .executeTakeFirstOrThrow()
  return Number(row.sum)
}

/** Ends a refund that is under way; undefined when it has ended already. */
export const endRefund = (
  db: Db,
  { id, tenant_id }: Refund,
  end: { state: 'done' | 'refused'; error_code: string | null },
): Promise<Refund | undefined> =>
  db
    .updateTable('refunds')
    .set(end)
    .where('id', '=', id)
    .where('tenant_id', '=', tenant_id)
    .where('state', '=', 'pending')
    .returningAll()
    .executeTakeFirst()

/** Refunds of every owner whose end nobody knows yet. */
export const pendingRefunds = (db: Db, before: number): Promise<Refund[]> =>
  db.selectFrom('refunds').selectAll().where('state', '=', 'pending').where('created_at', '<', before).execute()
