import type { Migration } from '../migrate.ts'

/** Facts, the tasks they cause, and the counters that number the facts of one stream without gaps. */
export const events: Migration = {
  name: '0001-events',
  statements: [
    `create table settings (name text primary key, value text not null) {strict}`,
    `create table streams (name text primary key, last_seq {int} not null) {strict}`,
    `create table events (
      id {id},
      stream text not null,
      seq {int} not null,
      tenant_id {int} not null,
      name text not null,
      payload text not null,
      created_at {int} not null,
      unique (stream, seq)
    ) {strict}`,
    `create index events_by_time on events (created_at)`,
    `create index events_by_tenant on events (tenant_id)`,
    `create table tasks (
      id {id},
      name text not null,
      lane text not null,
      payload text not null,
      state text not null check (state in ('ready', 'running', 'dead')),
      attempts {int} not null default 0,
      due_at {int} not null,
      lease_until {int} not null default 0,
      holder text check (holder in ('server', 'command')),
      error text,
      created_at {int} not null
    ) {strict}`,
    `create index tasks_by_lane on tasks (lane, id) where state <> 'dead'`,
    `create index tasks_by_state on tasks (state, due_at)`,
  ],
}
