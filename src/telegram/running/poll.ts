import { noteStatus, offsetOf } from '../../bots/polled.ts'
import type { Context } from '../../context.ts'
import { pause, SECOND } from '../../lib/time.ts'
import { OutsideFailed } from '../../outside/failures.ts'
import { type Polled, receiveUpdate, setAside, type Update } from '../receiving/receive.ts'
import { showOperatorsTyping } from '../sending/typing.ts'
import { keepDesk } from '../staff/desk.ts'
import { type Health, judge, SOUND } from './health.ts'

type Loop = { ctx: Context; bot: Polled; signal: AbortSignal; health: Health; said: string }

const LONG_POLL = 25 // seconds Telegram may hold the question when there is nothing
const DEADLINE = (LONG_POLL + 10) * SECOND
const TRIES = 3 // of one update that fails by accident
const REST = 500 // ms before the second try; four times that before the third
const NO_PROGRESS = 3 * SECOND // an answer that moves nothing must not be asked for again at once
const KINDS = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const

/** Polls one bot until told to stop, or until Telegram does not accept its token any more. What comes is handled in order; the next question confirms what is on disk. */
export async function pollBot(ctx: Context, bot: Polled, signal: AbortSignal): Promise<void> {
  const loop: Loop = { ctx, bot: { ...bot }, signal, health: { ...SOUND, status: 'starting' }, said: '' }
  await say(loop, 'starting', null)
  const deaf = showOperatorsTyping(ctx, loop.bot)
  try {
    let isKnown = false
    while (!signal.aborted && loop.health.status !== 'unauthorized') {
      isKnown ||= await survive(loop, () => introduce(loop))
      if (isKnown) await survive(loop, () => pollOnce(loop))
    }
  } finally {
    deaf()
    if (signal.aborted) await say(loop, 'stopped', null)
  }
}

// Does one step; what goes wrong is explained in the status and followed by a pause.
async function survive(loop: Loop, step: () => Promise<void>): Promise<boolean> {
  const { ctx, bot, signal } = loop
  try {
    await step()
    return true
  } catch (error) {
    if (signal.aborted) return false
    const health = judge(error, loop.health)
    loop.health = health
    ctx.log.warn({ err: error, bot_id: bot.id, status: health.status, pause: health.pause }, 'a bot has trouble')
    await say(loop, health.status, health.error)
    if (health.drops_webhook) await survive(loop, () => dropWebhook(loop))
    await pause(health.pause, signal)
    return false
  }
}

async function introduce({ ctx, bot, signal }: Loop): Promise<void> {
  const me = await ctx.outside.telegram.call(bot.token, 'getMe', {}, { signal })
  bot.username = String(me.username ?? bot.username).slice(0, 64)
  await noteStatus(ctx, bot, { status: 'starting', error: null, username: bot.username })
}

// Polling and a webhook exclude each other; what waits there is kept.
async function dropWebhook({ ctx, bot, signal }: Loop): Promise<void> {
  await ctx.outside.telegram.call(bot.token, 'deleteWebhook', { drop_pending_updates: false }, { signal })
}

async function pollOnce(loop: Loop): Promise<void> {
  const { ctx, bot, signal } = loop
  const offset = await offsetOf(ctx, bot, bot.holder)
  const timeout = loop.health.status === 'running' ? LONG_POLL : 0
  const asked = { offset, timeout, allowed_updates: KINDS }
  const updates = await ctx.outside.telegram.call(bot.token, 'getUpdates', asked, { signal, deadline: DEADLINE })
  loop.health = SOUND
  await say(loop, 'running', null)
  await keepDesk(ctx, bot)
  const fresh = readable(updates, offset)
  for (const update of fresh) {
    if (signal.aborted) return
    await handlePatiently(loop, update)
  }
  if (updates.length > 0 && fresh.length === 0) await pause(NO_PROGRESS, signal)
}

function readable(updates: unknown, offset: number): Update[] {
  if (!Array.isArray(updates)) throw new OutsideFailed('telegram', 'garbage')
  return updates
    .filter((one): one is Update => Number.isSafeInteger((one as Update | null)?.update_id) && one.update_id >= offset)
    .sort((a, b) => a.update_id - b.update_id)
}

async function handlePatiently({ ctx, bot, signal }: Loop, update: Update): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    try {
      return await receiveUpdate(ctx, bot, update)
    } catch (err) {
      ctx.log.error({ err, bot_id: bot.id, update_id: update.update_id, attempt }, 'an update could not be handled')
      if (attempt < TRIES) await pause(REST * 4 ** (attempt - 1), signal)
      if (signal.aborted) return
    }
  }
  await setAside(ctx, bot, { update, reason: `failed ${TRIES} times` })
}

// A poll ends every half minute with nothing new to note.
async function say(loop: Loop, status: Health['status'], error: string | null): Promise<void> {
  const word = `${status} ${error}`
  if (loop.said === word) return
  loop.said = word
  await noteStatus(loop.ctx, loop.bot, { status, error })
}
