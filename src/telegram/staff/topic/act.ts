import type { Context } from '../../../context.ts'
import { type Args, type Method, neverArrived, type Result, TelegramRefused } from '../../../outside/telegram.ts'
import { awaitTurn, closeFor } from '../../sending/pace.ts'
import { type Desk, moveGroup, noteProblem } from '../group.ts'
import type { Group } from '../store.ts'

/** Why something could not be done in the group; certainly nothing was. `later` says in how many ms to ask again. */
export class Hindered extends Error {
  readonly why: 'later' | 'no_topic' | 'no_group' | 'refused'
  readonly wait: number
  constructor(why: Hindered['why'], wait = 0) {
    super(`hindered: ${why}`)
    this.why = why
    this.wait = wait
  }
}

const ADDS = new Set<Method>(['sendMessage', 'createForumTopic']) // what the limit of a group counts; edits are not
const NO_TOPIC = /thread not found|TOPIC_(DELETED|ID_INVALID)/i
const PROBLEMS: [RegExp, NonNullable<Group['problem']>][] = [
  [/not a forum|FORUM_DISABLED/i, 'no_topics'],
  [/not enough rights|ADMIN_REQUIRED|need administrator rights|have no rights/i, 'no_rights'],
  [/chat not found|bot is not a member/i, 'kicked'],
]

/** One call about the group; what adds to it waits for its turn. Throws Hindered for what Telegram refuses, and notes on the group what is wrong with it. */
export async function act<M extends Method>(ctx: Context, desk: Desk, method: M, args: Args<M>): Promise<Result<M>> {
  const wait = ADDS.has(method) ? await awaitTurn(ctx, desk) : 0
  if (wait > 0) throw new Hindered('later', wait)
  try {
    return await ctx.outside.telegram.call(desk.token, method, args)
  } catch (error) {
    throw error instanceof TelegramRefused ? await hindranceOf(ctx, desk, error) : error
  }
}

/** Whether a failed call has certainly done nothing. */
export function hasDoneNothing(error: unknown): boolean {
  return error instanceof Hindered || error instanceof TelegramRefused || neverArrived(error)
}

async function hindranceOf(ctx: Context, desk: Desk, refusal: TelegramRefused): Promise<Error> {
  const { code, description, retry_after, migrate_to } = refusal
  if (code >= 500) return refusal
  if (retry_after !== null) {
    closeFor(ctx, desk, retry_after)
    return new Hindered('later', retry_after)
  }
  if (migrate_to !== null) {
    await moveGroup(ctx, desk, migrate_to)
    return new Hindered('later', 1)
  }
  // The bot's own status says what is wrong with its token.
  if (code === 401 || code === 404) return new Hindered('no_group')
  const problem = code === 403 ? 'kicked' : PROBLEMS.find(([words]) => words.test(description))?.[1]
  if (problem) {
    await noteProblem(ctx, desk, problem)
    return new Hindered('no_group')
  }
  ctx.log.info({ bot_id: desk.bot_id, description }, 'Telegram refused something in the staff group')
  return new Hindered(NO_TOPIC.test(description) ? 'no_topic' : 'refused')
}
