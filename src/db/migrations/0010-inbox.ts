import type { Migration } from '../migrate.ts'

/** What staff keep about dialogs, and what visitors leave besides messages: ratings and files. */
export const inbox: Migration = {
  name: '0010-inbox',
  statements: [
    `create table notes (
      id {id},
      tenant_id {int} not null,
      dialog_id {int} not null references dialogs (id) on delete cascade,
      author_id {int} not null,
      author_name text not null,
      text text not null,
      created_at {int} not null
    ) {strict}`,
    `create index notes_by_dialog on notes (dialog_id, id)`,
    `create table canned_replies (
      id {id},
      tenant_id {int} not null references users (id) on delete cascade,
      shortcut text not null,
      text text not null,
      updated_at {int} not null,
      unique (tenant_id, shortcut)
    ) {strict}`,
    `create table ratings (
      dialog_id {int} not null references dialogs (id) on delete cascade,
      message_id {int} not null,
      tenant_id {int} not null,
      rating text not null check (rating in ('up', 'down')),
      comment text,
      created_at {int} not null,
      primary key (dialog_id, message_id)
    ) {strict}`,
    `create table attachments (
      id {id},
      tenant_id {int} not null,
      dialog_id {int} not null references dialogs (id) on delete cascade,
      name text not null,
      content_type text not null,
      size {int} not null,
      sha256 text not null,
      file text not null,
      created_at {int} not null
    ) {strict}`,
    `create index messages_unanswered on messages (tenant_id, id) where answered = 0`,
    `create index attachments_by_dialog on attachments (dialog_id)`,
  ],
}
