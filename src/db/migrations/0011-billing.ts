import type { Migration } from '../migrate.ts'

/** Money: what every owner has, every movement of it, and how it came through the bank. No row hangs on an account: books outlive it. */
export const billing: Migration = {
  name: '0011-billing',
  statements: [
    `create table balances (
      tenant_id {int} primary key,
      balance {int} not null check (balance >= 0),
      debt {int} not null check (debt >= 0),
      spent {int} not null check (spent >= 0),
      bonus {int} not null check (bonus >= 0),
      plan text not null check (plan in ('trial', 'payg')),
      entries {int} not null,
      hash text not null,
      empty_since {int}
    ) {strict}`,
    `create table ledger_entries (
      id {id},
      tenant_id {int} not null,
      seq {int} not null,
      amount {int} not null,
      reason text not null,
      reference text not null,
      balance_after {int} not null check (balance_after >= 0),
      details text not null,
      prev_hash text not null,
      hash text not null,
      created_at {int} not null,
      unique (reason, reference),
      unique (tenant_id, seq)
    ) {strict}`,
    `create table payments (
      id text primary key,
      tenant_id {int} not null,
      amount {int} not null check (amount > 0),
      refunded {int} not null default 0 check (refunded >= 0 and refunded <= amount),
      status text not null,
      terminal_key text not null,
      bank_id text unique,
      payment_url text,
      description text not null,
      customer_email text not null,
      return_url text,
      fail_url text,
      idempotency_key text,
      request_hash text not null,
      error_code text,
      card text,
      created_at {int} not null,
      asked_at {int} not null,
      confirmed_at {int},
      unique (tenant_id, idempotency_key)
    ) {strict}`,
    `create index payments_by_tenant on payments (tenant_id, created_at)`,
    `create index payments_by_status on payments (status, created_at)`,
    `create table refunds (
      id text primary key,
      payment_id text not null references payments (id),
      tenant_id {int} not null,
      amount {int} not null check (amount > 0),
      state text not null check (state in ('pending', 'done', 'refused')),
      reason text,
      requested_by text not null,
      idempotency_key text,
      error_code text,
      created_at {int} not null,
      unique (payment_id, idempotency_key)
    ) {strict}`,
    `create index refunds_pending on refunds (payment_id) where state = 'pending'`,
  ],
}
