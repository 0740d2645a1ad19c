import type { Migration } from '../migrate.ts'

/** How each payment went on, and an index for adding up an owner's spending by day. */
export const paymentSteps: Migration = {
  name: '0012-payment-steps',
  statements: [
    `create table payment_steps (
      id {id},
      tenant_id {int} not null,
      payment_id text not null references payments (id),
      status text not null,
      amount {int},
      source text not null check (source in ('notice', 'answer', 'question')),
      error_code text,
      at {int} not null
    ) {strict}`,
    `create index payment_steps_by_payment on payment_steps (payment_id, id)`,
    `create index ledger_by_time on ledger_entries (tenant_id, created_at)`,
  ],
}
