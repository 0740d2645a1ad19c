import { type RawBuilder, sql } from 'kysely'

/** Whose rows a caller may see: one tenant's, or everybody's for the admin of the appliance. A signed-in user is one. */
export type Scope = { tenant_id: number; is_admin: boolean }

/** For whoever acts for the appliance itself. */
export const EVERYBODY: Scope = { tenant_id: 0, is_admin: true }

/** The condition every query of a tenant's rows carries: a foreign row answers like a missing one. */
export function within(scope: Scope, column: string): RawBuilder<boolean> {
  return scope.is_admin ? sql<boolean>`1 = 1` : sql<boolean>`${sql.ref(column)} = ${scope.tenant_id}`
}
