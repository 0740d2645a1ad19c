import { listBots } from '../../../bots/bots.ts'
import type { Context } from '../../../context.ts'
import { errors as common } from '../../../errors.ts'
import type { Staff } from '../../../http/route.ts'
import { toIso } from '../../../lib/time.ts'
import { makeCode } from '../../codes.ts'
import { findGroup } from '../group.ts'

/** What a link carries before the code. */
export const LINK = 'link_'

/** A code that links a group (only an owner makes one) or the caller's own Telegram: as a command to be sent to the bot, and as a link that sends it. */
export async function inviteToTelegram(ctx: Context, caller: Staff, purpose: 'group' | 'operator') {
  if (purpose === 'group' && caller.role !== 'owner') throw common.INSUFFICIENT_PERMISSIONS({ purpose })
  const { tenant_id, id: subject_id } = caller
  const { code, expires_at } = await makeCode(ctx, { tenant_id, purpose, subject_id })
  const bot_username = await botNameFor(ctx, tenant_id)
  const way = purpose === 'group' ? 'startgroup' : 'start'
  const rights = purpose === 'group' ? '&admin=manage_topics' : ''
  return {
    command: `/link ${code}`,
    url: bot_username === null ? null : `https://t.me/${bot_username}?${way}=${LINK}${code}${rights}`,
    bot_username,
    expires_at: toIso(expires_at),
  }
}

// The group's own bot, else the first that works.
async function botNameFor(ctx: Context, tenant_id: number): Promise<string | null> {
  const bots = (await listBots(ctx, { tenant_id, is_admin: false })).filter((one) => one.is_enabled && one.username)
  const group = await findGroup(ctx, tenant_id)
  return (bots.find((one) => one.id === group?.bot_id) ?? bots[0])?.username ?? null
}
