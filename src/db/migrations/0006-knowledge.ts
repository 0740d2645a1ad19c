import type { Migration } from '../migrate.ts'

/** What an assistant is told: documents (uploaded files or imported texts) and question–answer pairs. */
export const knowledge: Migration = {
  name: '0006-knowledge',
  statements: [
    `create table documents (
      id {id},
      tenant_id {int} not null references users (id) on delete cascade,
      assistant_id {int} not null references assistants (id) on delete cascade,
      external_id text,
      filename text not null,
      size {int} not null,
      content_type text not null,
      sha256 text not null,
      file text,
      status text not null check (status in ('processing', 'completed', 'failed')),
      error text,
      progress {real} not null,
      chunks_count {int} not null,
      created_at {int} not null,
      updated_at {int} not null,
      unique (assistant_id, sha256),
      unique (assistant_id, external_id)
    ) {strict}`,
    `create index documents_by_tenant on documents (tenant_id, id)`,
    `create table questions (
      id {id},
      tenant_id {int} not null references users (id) on delete cascade,
      assistant_id {int} not null references assistants (id) on delete cascade,
      external_id text,
      question text not null,
      answer text not null,
      tags text not null,
      created_at {int} not null,
      updated_at {int} not null,
      unique (assistant_id, external_id)
    ) {strict}`,
    `create index questions_by_assistant on questions (assistant_id, id)`,
    `create index questions_by_tenant on questions (tenant_id, id)`,
  ],
}
