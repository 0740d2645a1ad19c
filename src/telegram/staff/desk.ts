import type { Context, TxContext } from '../../context.ts'
import { noteReachable } from '../../handoff/desk/presence.ts'
import { MINUTE } from '../../lib/time.ts'
import type { After, Fetched, Polled, Receiver } from '../receiving/receive.ts'
import type { Incoming, Membership } from '../receiving/updates.ts'
import { findGroup, moveGroup, noteProblem } from './group.ts'
import { fetchForVisitor, hear, hearEdit, pressTake } from './hear.ts'
import { standingOf } from './linking/standing.ts'
import type { Group } from './store.ts'
import * as store from './store.ts'

const LOOK_EVERY = MINUTE
const REACHABLE = 3 * MINUTE // three looks: a bot that stopped leaves nobody to be called

/** Everything that comes from the staff's own group: none of it is a visitor's. */
export const staffGroup: Receiver = {
  takes: async (ctx, bot, incoming) => {
    const chat_id = chatOf(incoming)
    return chat_id !== undefined && (await findGroup(ctx, bot.tenant_id))?.chat_id === chat_id
  },
  fetch: async (ctx, bot, incoming) => (incoming.kind === 'message' ? fetchForVisitor(ctx, bot, incoming) : undefined),
  async receive(ctx, bot, incoming, fetched) {
    const group = await findGroup(ctx, bot.tenant_id)
    if (group?.chat_id !== chatOf(incoming)) return []
    // Another bot of the tenant in the same group listens and keeps silent.
    return group?.bot_id === bot.id ? handle(ctx, bot, group, { incoming, fetched }) : []
  },
}

/** While the bot of a group is polled its linked people can be called; said each minute. The first time everything open is brought to the group. */
export async function keepDesk(ctx: Context, bot: Polled): Promise<void> {
  const before = looks.get(bot)
  if (before !== undefined && ctx.now() - before < LOOK_EVERY) return
  looks.set(bot, ctx.now())
  const { tenant_id } = bot
  const group = await findGroup(ctx, tenant_id)
  if (group?.bot_id !== bot.id) return
  if (group.problem !== null) return heal(ctx, bot, group)
  if (before === undefined) await noteProblem(ctx, group, null)
  const user_ids = (await store.listPeople(ctx.db, tenant_id)).map((one) => one.user_id)
  await noteReachable(ctx, { tenant_id, user_ids, until: ctx.now() + REACHABLE })
}

// Telegram does not say when topics are switched on again, so it is asked.
async function heal(ctx: Context, bot: Polled, group: Group): Promise<void> {
  const { problem } = await standingOf(ctx, bot, group.chat_id)
  if (problem === null) await noteProblem(ctx, group, null)
}

const looks = new WeakMap<Polled, number>()

async function handle(
  ctx: TxContext,
  bot: Polled,
  group: Group,
  { incoming, fetched }: { incoming: Incoming; fetched: Fetched | undefined },
): Promise<After[]> {
  switch (incoming.kind) {
    case 'message':
      return hear(ctx, bot, group, incoming, fetched)
    case 'edit':
      return hearEdit(ctx, group, incoming)
    case 'button':
      return pressTake(ctx, bot, group, incoming)
    case 'membership':
      await noteProblem(ctx, group, problemOf(incoming))
      return []
    case 'moved':
      await moveGroup(ctx, group, incoming.to)
      return []
    default:
      return []
  }
}

function problemOf({ is_there, may_manage_topics }: Membership): Group['problem'] {
  if (!is_there) return 'kicked'
  return may_manage_topics ? null : 'no_rights'
}

function chatOf(incoming: Incoming): string | undefined {
  if (incoming.kind === 'moved') return incoming.from
  const chat = 'chat' in incoming ? incoming.chat : undefined
  return chat?.is_group ? chat.id : undefined
}
