import type { Migration } from '../migrate.ts'

/** Keys of model providers with their limits and health, and one row for every call of a model. */
export const aiTokens: Migration = {
  name: '0003-ai-tokens',
  statements: [
    `create table ai_tokens (
      id {id},
      name text not null,
      provider text not null check (provider in ('openai', 'yandex')),
      base_url text,
      sealed text not null,
      hint text not null,
      model_access text not null,
      daily_limit {int} check (daily_limit > 0),
      monthly_limit {int} check (monthly_limit > 0),
      usage_day {int} not null default 0,
      daily_usage {int} not null default 0,
      usage_month {int} not null default 0,
      monthly_usage {int} not null default 0,
      priority {int} not null,
      is_active {int} not null default 1 check (is_active in (0, 1)),
      notes text not null default '',
      failures {int} not null default 0,
      parked_reason text,
      parked_until {int},
      version {int} not null default 1,
      created_at {int} not null
    ) {strict}`,
    `create table ai_usage (
      id {id},
      tenant_id {int} references users (id) on delete set null,
      token_id {int} references ai_tokens (id) on delete set null,
      provider text not null,
      model text not null,
      purpose text not null check (purpose in ('chat', 'embed', 'test')),
      requests {int} not null default 1,
      prompt_tokens {int},
      completion_tokens {int},
      cost {int},
      outcome text not null default 'started',
      ms {int},
      created_at {int} not null
    ) {strict}`,
    `create index ai_usage_by_time on ai_usage (created_at)`,
    `create index ai_usage_by_tenant on ai_usage (tenant_id, created_at)`,
    `create index ai_usage_by_token on ai_usage (token_id, created_at)`,
  ],
}
