import type { Migration } from '../migrate.ts'

/** The refresh token before the current one, for a browser whose answer was lost on the way. */
export const lostRefresh: Migration = {
  name: '0014-lost-refresh',
  statements: [
    `alter table sessions add column previous_hash text`,
    `alter table sessions add column rotated_at {int} not null default 0`,
    `create index sessions_by_previous on sessions (previous_hash) where previous_hash is not null`,
  ],
}
