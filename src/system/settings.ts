import type { Context } from '../context.ts'
import * as store from './store.ts'

/** A value the appliance remembers about itself. */
export function recall(ctx: Pick<Context, 'db'>, name: string): Promise<string | undefined> {
  return store.findSetting(ctx.db, name)
}

/** Remembers a value about the appliance itself; a repeat replaces it. */
export async function remember(ctx: Pick<Context, 'db'>, name: string, value: string): Promise<void> {
  await store.putSetting(ctx.db, name, value)
}
