import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { type Scope, within } from '../db/tenant.ts'

export type Payment = Selectable<Schema['payments']>
export type NewPayment = Omit<Payment, 'refunded' | 'bank_id' | 'payment_url' | 'error_code' | 'card' | 'confirmed_at'>

/** Undefined when the owner has a payment under this key already. */
export const insertPayment = (db: Db, row: NewPayment): Promise<Payment | undefined> =>
  db
    .insertInto('payments')
    .values(row)
    .onConflict((c) => c.columns(['tenant_id', 'idempotency_key']).doNothing())
    .returningAll()
    .executeTakeFirst()

export const findByKey = (db: Db, tenant_id: number, idempotency_key: string): Promise<Payment | undefined> =>
  db
    .selectFrom('payments')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('idempotency_key', '=', idempotency_key)
    .executeTakeFirst()

export const findPayment = (db: Db, scope: Scope, id: string): Promise<Payment | undefined> =>
  db.selectFrom('payments').selectAll().where('id', '=', id).where(within(scope, 'tenant_id')).executeTakeFirst()

/** The payment by its unguessable number alone, as the bank names it. */
export const findOrder = (db: Db, id: string): Promise<Payment | undefined> =>
  db.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirst()

/** Changes a payment that still has the status it was read with; undefined when somebody was faster. */
export const changePayment = (db: Db, from: Pick<Payment, 'id' | 'tenant_id' | 'status'>, to: Updateable<Payment>) =>
  db
    .updateTable('payments')
    .set(to)
    .where('id', '=', from.id)
    .where('tenant_id', '=', from.tenant_id)
    .where('status', '=', from.status)
    .returningAll()
    .executeTakeFirst()

export type Step = Selectable<Schema['payment_steps']>

export const insertStep = (db: Db, row: Insertable<Schema['payment_steps']>) =>
  db.insertInto('payment_steps').values(row).execute()

export const stepsOf = (db: Db, { id, tenant_id }: Payment): Promise<Step[]> =>
  db
    .selectFrom('payment_steps')
    .selectAll()
    .where('payment_id', '=', id)
    .where('tenant_id', '=', tenant_id)
    .orderBy('id')
    .execute()

/** Takes the right to open a payment at the bank once more; of two that try at once one gets it. */
export const claimOpening = (db: Db, { id, tenant_id, asked_at }: Payment, now: number) =>
  db
    .updateTable('payments')
    .set({ asked_at: now })
    .where('id', '=', id)
    .where('tenant_id', '=', tenant_id)
    .where('status', '=', 'INIT')
    .where('asked_at', '=', asked_at)
    .returningAll()
    .executeTakeFirst()

export type PaymentFilter = { status?: string | undefined }

const paymentsOf = (db: Db, scope: Scope, { status }: PaymentFilter) =>
  db
    .selectFrom('payments')
    .where(within(scope, 'tenant_id'))
    .$if(status !== undefined, (q) => q.where('status', '=', status ?? ''))

export const listPayments = (
  db: Db,
  scope: Scope,
  filter: PaymentFilter & { limit: number; offset: number },
): Promise<Payment[]> =>
  paymentsOf(db, scope, filter)
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()

export const countPayments = async (db: Db, scope: Scope, filter: PaymentFilter): Promise<number> => {
  const row = await paymentsOf(db, scope, filter)
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export const countInStatus = async (db: Db, tenant_id: number, statuses: string[]): Promise<number> => {
  const row = await db
    .selectFrom('payments')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('tenant_id', '=', tenant_id)
    .where('status', 'in', statuses)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** Payments of every owner in these statuses, the next after a moment and number, for the nightly questions to the bank. */
export const paymentsInStatus = (
  db: Db,
  statuses: string[],
  page: { since: number; after: string; limit: number },
): Promise<Payment[]> =>
  db
    .selectFrom('payments')
    .selectAll()
    .where('status', 'in', statuses)
    .where('created_at', '>', page.since)
    .where('id', '>', page.after)
    .where((e) => e.or([e('bank_id', 'is not', null), e('status', '=', 'INIT')]))
    .orderBy('id')
    .limit(page.limit)
    .execute()
