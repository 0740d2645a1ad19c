import type { Context } from '../context.ts'
import * as store from './store.ts'

/** The addresses of accounts that are still there, by their ids. */
export async function addressesOf(ctx: Context, ids: number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await store.emailsOf(ctx.db, [...new Set(ids)])
  return new Map(rows.map(({ id, email }) => [id, email]))
}
