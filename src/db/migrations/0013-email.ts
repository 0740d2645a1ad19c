import type { Migration } from '../migrate.ts'

/** Letters: what was written, to whom, and how far it got. What they say is sealed, and forgotten after a while. */
export const email: Migration = {
  name: '0013-email',
  statements: [
    `create table email_outbox (
      id {id},
      message_id text not null unique,
      tenant_id {int} not null,
      kind text not null,
      locale text not null check (locale in ('ru', 'en')),
      recipient text not null,
      once text unique,
      sealed text,
      state text not null check (state in ('waiting', 'sent', 'failed')),
      reason text,
      detail text,
      turn {int} not null default 0,
      attempts {int} not null default 0,
      unanswered {int} not null default 0,
      due_at {int} not null,
      good_until {int} not null,
      created_at {int} not null,
      ended_at {int}
    ) {strict}`,
    `create index email_outbox_by_state on email_outbox (state, due_at)`,
    `create index email_outbox_by_recipient on email_outbox (recipient, created_at)`,
    `create index email_outbox_by_tenant on email_outbox (tenant_id)`,
  ],
}
