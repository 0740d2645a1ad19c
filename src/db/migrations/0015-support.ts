import type { Migration } from '../migrate.ts'

/** Tickets: what owners write to the admin of the appliance, what they are answered, and the files of both. */
export const support: Migration = {
  name: '0015-support',
  statements: [
    `create table ticket_numbers (year {int} primary key, last {int} not null) {strict}`,
    `create table tickets (
      id text primary key,
      tenant_id {int} not null references users (id) on delete cascade,
      subject text not null,
      category text not null check (category in ('billing', 'technical', 'account', 'other')),
      priority text not null check (priority in ('low', 'medium', 'high', 'urgent')),
      status text not null check (status in ('open', 'in_progress', 'closed')),
      user_email text not null,
      promised_minutes {int} not null,
      last_reply_id {int} not null,
      last_answer_id {int} not null,
      owner_seen_id {int} not null,
      idempotency_key text,
      request_hash text not null,
      created_at {int} not null,
      updated_at {int} not null,
      answered_at {int},
      closed_at {int},
      unique (tenant_id, idempotency_key)
    ) {strict}`,
    `create index tickets_by_tenant on tickets (tenant_id, updated_at)`,
    `create index tickets_by_status on tickets (status, updated_at)`,
    `create index tickets_answered on tickets (priority, answered_at) where answered_at is not null`,
    `create table ticket_messages (
      id {id},
      tenant_id {int} not null,
      ticket_id text not null references tickets (id) on delete cascade,
      author text not null check (author in ('owner', 'support')),
      author_id {int} not null,
      author_name text not null,
      message text not null,
      labels text not null,
      source_id text,
      created_at {int} not null,
      unique (ticket_id, source_id)
    ) {strict}`,
    `create index ticket_messages_by_ticket on ticket_messages (ticket_id, id)`,
    `create table ticket_files (
      id text primary key,
      tenant_id {int} not null references users (id) on delete cascade,
      uploaded_by {int} not null,
      ticket_id text references tickets (id) on delete cascade,
      message_id {int} references ticket_messages (id) on delete cascade,
      name text not null,
      content_type text not null,
      size {int} not null,
      sha256 text not null,
      file text not null,
      created_at {int} not null
    ) {strict}`,
    `create index ticket_files_by_ticket on ticket_files (ticket_id)`,
    `create index ticket_files_unclaimed on ticket_files (tenant_id, created_at) where message_id is null`,
  ],
}
