import { getBot, tokenOf } from '../../bots/bots.ts'
import type { Context, TxContext } from '../../context.ts'
import { inTransaction } from '../../db/database.ts'
import { AppError, type Locale } from '../../errors.ts'
import { publish } from '../../events/publish.ts'
import { noteReachable } from '../../handoff/desk/presence.ts'
import type { Line } from '../sending/pace.ts'
import { groupReady, topicDue } from './events.ts'
import { tell } from './reply.ts'
import type { Group } from './store.ts'
import * as store from './store.ts'
import { linkTexts } from './texts.ts'

/** Where the staff of a tenant is written to, and with which token. */
export type Desk = Line & { tenant_id: number; token: string; locale: Locale }

/** The group in which a tenant's operators answer. */
export function findGroup(ctx: Context | TxContext, tenant_id: number): Promise<Group | undefined> {
  return store.findGroup(ctx.db, tenant_id)
}

/** Makes a chat the staff's group, instead of the earlier one, which is answered. What waits for a human is brought there. */
export async function linkGroup(
  ctx: TxContext,
  group: Omit<Group, 'problem' | 'linked_at'>,
): Promise<Group | undefined> {
  const before = await store.findGroup(ctx.db, group.tenant_id)
  await store.putGroup(ctx.db, { ...group, problem: null, linked_at: ctx.now() })
  await publish(ctx, groupReady, { tenant_id: group.tenant_id })
  return before && (before.chat_id !== group.chat_id || before.bot_id !== group.bot_id) ? before : undefined
}

/** The tenant has no group any more, and the one it had is told so, if it can be. A repeat changes nothing. */
export async function dropGroup(ctx: Context, tenant_id: number): Promise<void> {
  const desk = await deskOf(ctx, tenant_id)
  await inTransaction(ctx, async (ctx) => {
    await store.deleteGroup(ctx.db, tenant_id)
    const people = await store.listPeople(ctx.db, tenant_id)
    await noteReachable(ctx, { tenant_id, user_ids: people.map((one) => one.user_id), until: 0 })
  })
  if (!desk) return
  const said = tell(desk.token, desk, linkTexts.unlinked[desk.locale])
  await said(ctx).catch((err) => ctx.log.info({ err }, 'a group could not be told that it was unlinked'))
}

/** Notes why nothing can be written in a group, or with `null` that it can be again: then what waits is brought there. */
export async function noteProblem(
  ctx: Context | TxContext,
  of: { tenant_id: number; chat_id: string },
  problem: Group['problem'],
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const isOurs = await store.changeGroup(ctx.db, of, { problem })
    if (isOurs && problem === null) await publish(ctx, groupReady, { tenant_id: of.tenant_id })
  })
}

/** A group got another number; its topics are the same. */
export async function moveGroup(
  ctx: Context | TxContext,
  of: { tenant_id: number; chat_id: string },
  to: string,
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await store.changeGroup(ctx.db, of, { chat_id: to })
    await store.moveTopics(ctx.db, of, to)
  })
}

/** Brings every dialog that waits for a human, or has one, to the group; a repeat finds nothing to say. */
export async function bringOpen(ctx: Context, { tenant_id }: { tenant_id: number }): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    for (const { dialog_id } of await store.openHandoffs(ctx.db, tenant_id))
      await publish(ctx, topicDue, { tenant_id, dialog_id, wait: 0 })
  })
}

/** The way to a tenant's staff; undefined when there is no group, or nothing can be written there now. */
export async function deskOf(ctx: Context, tenant_id: number): Promise<Desk | undefined> {
  const group = await store.findGroup(ctx.db, tenant_id)
  if (!group || group.problem !== null) return undefined
  try {
    const bot = await getBot(ctx, { tenant_id, is_admin: false }, group.bot_id)
    const token = bot.is_enabled ? tokenOf(ctx, bot) : undefined
    const { bot_id, chat_id, locale } = group
    return token === undefined ? undefined : { tenant_id, bot_id, chat_id, locale, token }
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
