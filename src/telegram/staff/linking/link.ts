import type { TxContext } from '../../../context.ts'
import { inSavepoint } from '../../../db/database.ts'
import { AppError, type Locale } from '../../../errors.ts'
import { MINUTE } from '../../../lib/time.ts'
import { takeCode } from '../../codes.ts'
import type { After, Fetched, Polled, Receiver } from '../../receiving/receive.ts'
import type { Incoming, Said } from '../../receiving/updates.ts'
import { count, countOf } from '../counts.ts'
import { linkGroup } from '../group.ts'
import { linkPerson } from '../people.ts'
import { reply, tell } from '../reply.ts'
import { linkTexts, problems } from '../texts.ts'
import { LINK } from './invite.ts'
import { standingOf } from './standing.ts'

const MAX_WRONG = 5 // codes are long enough not to be guessed; this keeps the database out of the attempt
const FORGIVEN = 15 * MINUTE // as long as a code lives

/** `/link CODE`: in a group it makes the group the staff's, anywhere it links the sender's Telegram with their account. Only codes of the bot's own tenant count. */
export const linking: Receiver = {
  takes: (_ctx, _bot, incoming) => codeIn(incoming) !== undefined,
  fetch: async (ctx, bot, incoming) => {
    if (!codeIn(incoming) || incoming.kind !== 'message' || !incoming.chat.is_group) return undefined
    if (countOf(ctx, wrongs(incoming)) >= MAX_WRONG) return undefined
    return { attachments: [], is_lost: false, standing: await standingOf(ctx, bot, incoming.chat.id) }
  },
  async receive(ctx, bot, incoming, fetched) {
    const code = codeIn(incoming)
    if (incoming.kind !== 'message' || code === undefined) return []
    const locale = incoming.from.locale ?? 'ru'
    if (countOf(ctx, wrongs(incoming)) >= MAX_WRONG) return [reply(bot, incoming, linkTexts.tooMany[locale])]
    if (code === '') return [reply(bot, incoming, linkTexts.usage[locale])]
    return (await link(ctx, bot, { said: incoming, code, locale, fetched })) ?? wrong(bot, incoming, locale)
  },
}

type Try = { said: Said; code: string; locale: Locale; fetched: Fetched | undefined }

async function link(ctx: TxContext, bot: Polled, tried: Try): Promise<After[] | undefined> {
  const { said, code, locale, fetched } = tried
  const { tenant_id } = bot
  const own = await takeCode(ctx, { tenant_id, purpose: 'operator', code })
  if (own) return linkOwn(ctx, bot, said, own.subject_id, locale)
  if (!said.chat.is_group || !fetched?.standing) return undefined
  const { problem, title } = fetched.standing
  // The code is not used up: what is wrong can be put right and the command sent again.
  if (problem === 'unsure') return [reply(bot, said, linkTexts.unsure[locale])]
  if (problem !== null) return [reply(bot, said, problems[problem][locale])]
  if (!(await takeCode(ctx, { tenant_id, purpose: 'group', code }))) return undefined
  const before = await linkGroup(ctx, { tenant_id, bot_id: bot.id, chat_id: said.chat.id, title, locale })
  const done = reply(bot, said, linkTexts.group[locale])
  return before?.bot_id === bot.id ? [done, tell(bot.token, before, linkTexts.moved[before.locale])] : [done]
}

async function linkOwn(ctx: TxContext, bot: Polled, said: Said, user_id: number, locale: Locale) {
  const { tenant_id } = bot
  try {
    const { name } = await inSavepoint(ctx, (ctx) => linkPerson(ctx, { tenant_id, user_id }, said.from))
    return [reply(bot, said, linkTexts.person(name)[locale])]
  } catch (error) {
    // The account was closed after the code had been made.
    if (error instanceof AppError) return undefined
    throw error
  }
}

function wrong(bot: Polled, said: Said, locale: Locale): After[] {
  return [
    async (ctx) => {
      count(ctx, wrongs(said), FORGIVEN)
      await reply(bot, said, linkTexts.wrong[locale])(ctx)
    },
  ]
}

// Both as a command and by a link: `/link CODE`, `/start link_CODE`.
function codeIn(incoming: Incoming): string | undefined {
  if (incoming.kind !== 'message' || !incoming.command) return undefined
  const { name, rest } = incoming.command
  if (name === 'link') return rest
  return name === 'start' && rest.startsWith(LINK) ? rest.slice(LINK.length) : undefined
}

function wrongs({ from }: Said): string {
  return `wrong-code:${from.id}`
}
