import type { Migration } from '../migrate.ts'
import { events } from './0001-events.ts'
import { users } from './0002-users.ts'

/** In order, append-only: a released migration is never edited. */
export const migrations: Migration[] = [events, users]
