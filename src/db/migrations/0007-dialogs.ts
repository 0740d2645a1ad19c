import type { Migration } from '../migrate.ts'

/** Dialogs, their messages, and the evidence of each answer. One message per source, one answer per question: the constraints say so. */
export const dialogs: Migration = {
  name: '0007-dialogs',
  statements: [
    `create table dialogs (
      id {id},
      tenant_id {int} not null references users (id) on delete cascade,
      assistant_id {int} not null references assistants (id) on delete cascade,
      platform text not null check (platform in ('website', 'telegram')),
      guest_id text not null,
      first_name text,
      last_name text,
      locale text not null check (locale in ('ru', 'en')),
      page_url text,
      page_title text,
      status text not null default 'active' check (status in ('active', 'archived')),
      handoff_status text not null default 'none' check (handoff_status in ('none', 'requested', 'active', 'released', 'cancelled')),
      last_message_id {int} not null default 0,
      created_at {int} not null
    ) {strict}`,
    `create index dialogs_by_tenant on dialogs (tenant_id, last_message_id desc, id desc)`,
    `create unique index dialogs_open on dialogs (assistant_id, platform, guest_id) where status = 'active'`,
    `create index dialogs_by_guest on dialogs (assistant_id, guest_id, id)`,
    `create table messages (
      id {id},
      tenant_id {int} not null,
      dialog_id {int} not null references dialogs (id) on delete cascade,
      sender text not null check (sender in ('user', 'assistant', 'operator', 'system')),
      text text not null,
      source_id text,
      reply_to {int} unique,
      operator_id {int},
      operator_name text,
      answered {int} check (answered in (0, 1)),
      sources text,
      created_at {int} not null,
      unique (dialog_id, source_id)
    ) {strict}`,
    `create index messages_by_dialog on messages (dialog_id, id)`,
    `create table evidence (
      message_id {int} primary key references messages (id) on delete cascade,
      tenant_id {int} not null,
      record text not null
    ) {strict}`,
  ],
}
