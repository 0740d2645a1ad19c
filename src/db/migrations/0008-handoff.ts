import type { Migration } from '../migrate.ts'

/** Teams, and how a human takes a dialog over: its state on the dialog for compare-and-set, its episodes for repeats and statistics. */
export const handoff: Migration = {
  name: '0008-handoff',
  statements: [
    `alter table users add column owner_id {int} references users (id) on delete cascade`,
    `create index users_by_owner on users (owner_id)`,
    `alter table dialogs add column handoff_id {int}`,
    `alter table dialogs add column handoff_reason text`,
    `alter table dialogs add column handoff_priority {int} not null default 1`,
    `alter table dialogs add column handoff_requested_at {int}`,
    `alter table dialogs add column handoff_operator_id {int}`,
    `alter table dialogs add column handoff_operator_name text`,
    `alter table dialogs add column handoff_touched_at {int}`,
    `alter table dialogs add column ai_off {int} not null default 0 check (ai_off in (0, 1))`,
    `alter table dialogs add column email text`,
    `alter table dialogs add column external_id text`,
    `alter table dialogs add column seen_id {int} not null default 0`,
    `create index dialogs_by_handoff on dialogs (tenant_id, handoff_status, handoff_priority desc, handoff_requested_at, id)`,
    `create index dialogs_by_operator on dialogs (handoff_operator_id) where handoff_status = 'active'`,
    `alter table messages add column kind text check (kind in ('system'))`,
    `alter table messages add column delivery text check (delivery in ('pending', 'sent', 'failed', 'unknown'))`,
    `alter table messages add column attachments text`,
    `alter table messages add column edited_at {int}`,
    `create table handoffs (
      id {id},
      tenant_id {int} not null references users (id) on delete cascade,
      dialog_id {int} not null references dialogs (id) on delete cascade,
      request_id text not null,
      answer text not null,
      reason text not null,
      requested_at {int} not null,
      operator_id {int},
      taken_at {int},
      ended_at {int},
      ended_by text check (ended_by in ('released', 'cancelled', 'nobody_came')),
      resolution text,
      comment text,
      unique (dialog_id, request_id)
    ) {strict}`,
    `create index handoffs_handled on handoffs (tenant_id, ended_at) where taken_at is not null and ended_at is not null`,
    `create table handoff_tries (
      dialog_id {int} not null references dialogs (id) on delete cascade,
      tried_at {int} not null
    ) {strict}`,
    `create index handoff_tries_by_dialog on handoff_tries (dialog_id, tried_at)`,
    `create table handoff_settings (
      tenant_id {int} primary key references users (id) on delete cascade,
      phrases text not null
    ) {strict}`,
    `create table operator_presence (
      user_id {int} primary key references users (id) on delete cascade,
      tenant_id {int} not null references users (id) on delete cascade,
      status text not null check (status in ('available', 'busy', 'away', 'offline')),
      max_capacity {int} not null,
      seen_at {int} not null
    ) {strict}`,
    `create index operator_presence_by_tenant on operator_presence (tenant_id)`,
  ],
}
