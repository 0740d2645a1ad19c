import type { Migration } from '../migrate.ts'

/** Bots, what they sent, and the staff group in which operators answer from Telegram. */
export const telegram: Migration = {
  name: '0009-telegram',
  statements: [
    `create table bots (
      id {id},
      tenant_id {int} not null references users (id) on delete cascade,
      assistant_id {int} not null unique references assistants (id) on delete cascade,
      bot_id text not null unique,
      username text not null,
      sealed text not null,
      hint text not null,
      is_enabled {int} not null default 1 check (is_enabled in (0, 1)),
      status text not null default 'stopped' check (status in ('starting', 'running', 'stopped', 'conflict', 'unauthorized', 'failed')),
      error text,
      update_offset {int} not null default 0,
      holder text,
      lease_until {int} not null default 0,
      created_at {int} not null,
      updated_at {int} not null
    ) {strict}`,
    `create index bots_by_tenant on bots (tenant_id)`,
    `alter table dialogs add column bot_id {int}`,
    `alter table dialogs add column telegram_chat_id text`,
    `alter table dialogs add column telegram_username text`,
    `alter table dialogs add column telegram_unreachable {int} not null default 0 check (telegram_unreachable in (0, 1))`,
    `create unique index dialogs_by_chat on dialogs (bot_id, telegram_chat_id) where status = 'active' and telegram_chat_id is not null`,
    `create table telegram_skipped (
      id {id},
      bot_id {int} not null references bots (id) on delete cascade,
      update_id {int} not null,
      reason text not null,
      body text not null,
      created_at {int} not null,
      unique (bot_id, update_id)
    ) {strict}`,
    `create table telegram_sends (
      message_id {int} not null references messages (id) on delete cascade,
      part {int} not null,
      tenant_id {int} not null,
      state text not null check (state in ('sending', 'sent', 'failed', 'unknown')),
      telegram_message_id text,
      error text,
      updated_at {int} not null,
      primary key (message_id, part)
    ) {strict}`,
    `create table telegram_groups (
      tenant_id {int} primary key references users (id) on delete cascade,
      bot_id {int} not null references bots (id) on delete cascade,
      chat_id text not null,
      title text not null,
      locale text not null check (locale in ('ru', 'en')),
      problem text check (problem in ('kicked', 'no_rights', 'no_topics')),
      linked_at {int} not null
    ) {strict}`,
    `create table telegram_topics (
      dialog_id {int} primary key references dialogs (id) on delete cascade,
      tenant_id {int} not null,
      chat_id text not null,
      thread_id {int},
      seq {int} not null,
      in_doubt {int} not null default 0 check (in_doubt in (0, 1)),
      card_id text,
      card_body text not null default '',
      card_status text not null default '',
      is_open {int} not null default 1 check (is_open in (0, 1)),
      created_at {int} not null
    ) {strict}`,
    `create index telegram_topics_by_thread on telegram_topics (tenant_id, chat_id, thread_id)`,
    `create table telegram_people (
      user_id {int} primary key references users (id) on delete cascade,
      tenant_id {int} not null,
      telegram_user_id text not null,
      telegram_name text not null,
      linked_at {int} not null,
      unique (tenant_id, telegram_user_id)
    ) {strict}`,
    `alter table operator_presence add column reachable_until {int} not null default 0`,
    `create table telegram_codes (
      code_hash text primary key,
      tenant_id {int} not null references users (id) on delete cascade,
      purpose text not null check (purpose in ('group', 'operator', 'dialog')),
      subject_id {int} not null,
      expires_at {int} not null
    ) {strict}`,
  ],
}
