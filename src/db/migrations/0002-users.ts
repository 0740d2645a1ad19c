import type { Migration } from '../migrate.ts'

/** Accounts, their sessions, and the one-time codes that letters carry. */
export const users: Migration = {
  name: '0002-users',
  statements: [
    `create table users (
      id {id},
      email text not null unique,
      password_hash text not null,
      first_name text not null default '',
      last_name text not null default '',
      is_admin {int} not null default 0 check (is_admin in (0, 1)),
      is_blocked {int} not null default 0 check (is_blocked in (0, 1)),
      onboarding_completed {int} not null default 0 check (onboarding_completed in (0, 1)),
      email_confirmed_at {int},
      created_at {int} not null,
      last_login_at {int}
    ) {strict}`,
    `create table sessions (
      id text primary key,
      user_id {int} not null references users (id) on delete cascade,
      refresh_hash text not null unique,
      created_at {int} not null,
      expires_at {int} not null
    ) {strict}`,
    `create index sessions_by_user on sessions (user_id)`,
    `create index sessions_by_expiry on sessions (expires_at)`,
    `create table one_time_codes (
      id {id},
      user_id {int} not null references users (id) on delete cascade,
      purpose text not null check (purpose in ('confirm', 'reset')),
      code_hash text not null,
      tries {int} not null default 0,
      expires_at {int} not null,
      created_at {int} not null,
      unique (user_id, purpose)
    ) {strict}`,
    `create table stream_tickets (
      ticket_hash text primary key,
      caller text not null,
      expires_at {int} not null
    ) {strict}`,
    `create index stream_tickets_by_expiry on stream_tickets (expires_at)`,
  ],
}
