import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { type Scope, within } from '../db/tenant.ts'

export type BotRow = Selectable<Schema['bots']>

export const insertBot = (db: Db, row: Insertable<Schema['bots']>): Promise<BotRow | undefined> =>
  db
    .insertInto('bots')
    .values(row)
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst()

export const findBot = (db: Db, scope: Scope, id: number): Promise<BotRow | undefined> =>
  db.selectFrom('bots').selectAll().where('id', '=', id).where(within(scope, 'tenant_id')).executeTakeFirst()

export const findBotOf = (db: Db, assistant_id: number): Promise<BotRow | undefined> =>
  db.selectFrom('bots').selectAll().where('assistant_id', '=', assistant_id).executeTakeFirst()

export const botsOf = (db: Db, assistant_ids: number[]): Promise<BotRow[]> =>
  db.selectFrom('bots').selectAll().where('assistant_id', 'in', assistant_ids).execute()

/** A bot is unique over all tenants, so it is looked for among all of them; whose it is never leaves. */
export const findByTelegramId = (db: Db, bot_id: string): Promise<BotRow | undefined> =>
  db.selectFrom('bots').selectAll().where('bot_id', '=', bot_id).executeTakeFirst()

export const listBots = (db: Db, scope: Scope): Promise<BotRow[]> =>
  db.selectFrom('bots').selectAll().where(within(scope, 'tenant_id')).orderBy('id').execute()

export const changeBot = (
  db: Db,
  of: { id: number; tenant_id: number },
  change: Updateable<Schema['bots']>,
): Promise<BotRow | undefined> =>
  db
    .updateTable('bots')
    .set(change)
    .where('id', '=', of.id)
    .where('tenant_id', '=', of.tenant_id)
    .returningAll()
    .executeTakeFirst()

export const deleteBot = (db: Db, of: { id: number; tenant_id: number }) =>
  db.deleteFrom('bots').where('id', '=', of.id).where('tenant_id', '=', of.tenant_id).execute()

/** What the nodes poll: every tenant's bots that are switched on. */
export const wantedBots = (db: Db): Promise<BotRow[]> =>
  db.selectFrom('bots').selectAll().where('is_enabled', '=', 1).orderBy('id').execute()

/** Takes a bot for a node, or extends the time for which it has it; false when another node has it. */
export async function claimBot(
  db: Db,
  claim: { id: number; holder: string; now: number; lease_until: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('bots')
    .set({ holder: claim.holder, lease_until: claim.lease_until })
    .where('id', '=', claim.id)
    .where('is_enabled', '=', 1)
    .where((e) => e.or([e('holder', '=', claim.holder), e('lease_until', '<=', claim.now)]))
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export const freeBot = (db: Db, of: { id: number; holder: string }) =>
  db
    .updateTable('bots')
    .set({ holder: null, lease_until: 0 })
    .where('id', '=', of.id)
    .where('holder', '=', of.holder)
    .execute()

export const freeAllBots = (db: Db) => db.updateTable('bots').set({ holder: null, lease_until: 0 }).execute()

export const setStatus = (
  db: Db,
  of: { id: number; holder: string },
  to: Pick<BotRow, 'status' | 'error'> & { username?: string },
) => db.updateTable('bots').set(to).where('id', '=', of.id).where('holder', '=', of.holder).execute()

/** Moves a bot past an update, once: false for one that was handled already, or when another node has the bot now. */
export async function advance(
  db: Db,
  to: { id: number; holder: string; update_id: number; now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('bots')
    .set({ update_offset: to.update_id + 1, updated_at: to.now })
    .where('id', '=', to.id)
    .where('holder', '=', to.holder)
    .where('update_offset', '<=', to.update_id)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export const forgetOffset = (db: Db, of: { id: number; holder: string }) =>
  db.updateTable('bots').set({ update_offset: 0 }).where('id', '=', of.id).where('holder', '=', of.holder).execute()
