import type { Migration } from '../migrate.ts'

/** Assistants with the public token and the allowed domains of the site they are embedded in. */
export const assistants: Migration = {
  name: '0004-assistants',
  statements: [
    `create table assistants (
      id {id},
      tenant_id {int} not null references users (id) on delete cascade,
      name text not null,
      description text not null,
      system_prompt text not null,
      ai_model text not null,
      locale text not null check (locale in ('ru', 'en')),
      is_active {int} not null check (is_active in (0, 1)),
      website_integration {int} not null check (website_integration in (0, 1)),
      allowed_domains text not null,
      site_token text not null unique,
      widget text not null,
      created_at {int} not null,
      updated_at {int} not null,
      deleted_at {int}
    ) {strict}`,
    `create index assistants_by_tenant on assistants (tenant_id, id)`,
  ],
}
