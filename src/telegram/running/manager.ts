import type { Bot } from '../../bots/bots.ts'
import { tokenOf } from '../../bots/bots.ts'
import { claimBot, noteStatus, releaseAllBots, releaseBot, wantedBots } from '../../bots/polled.ts'
import type { Context } from '../../context.ts'
import { randomId } from '../../lib/ids.ts'
import { SECOND } from '../../lib/time.ts'
import type { Polled } from '../receiving/receive.ts'
import { pollBot } from './poll.ts'

type Running = { sealed: string; abort: AbortController; ended: Promise<void> }
type Manager = { ctx: Context; holder: string; running: Map<number, Running>; next_start: number; started: number }

const LOOK_EVERY = SECOND // how soon what the CLI or another node changed is noticed
const AT_ONCE = 5 // the first few start together
const STAGGER = 3 * SECOND // Telegram takes about twenty new bots a minute from one address
const FAREWELL = 5 * SECOND // what is being handled at a stop may end

/**
 * Polls every bot that is switched on and that no other node has, one loop each, and follows what the table says within a second.
 * `alone`: nobody else can have a bot, so what a dead predecessor held is taken at once. The returned function ends all loops and lets the bots go.
 */
export function startBots(ctx: Context, options: { alone?: boolean } = {}): () => Promise<void> {
  const { alone = !ctx.config.database_url } = options
  const manager: Manager = { ctx, holder: randomId('node_', 9), running: new Map(), next_start: 0, started: 0 }
  let stopped = false
  let looking: Promise<void> = alone ? safely(ctx, releaseAllBots(ctx)) : Promise.resolve()
  let isBusy = false
  const look = () => {
    if (isBusy || stopped) return
    isBusy = true
    looking = looking
      .then(() => safely(ctx, follow(manager)))
      .finally(() => {
        isBusy = false
      })
  }
  const timer = setInterval(look, LOOK_EVERY)
  look()
  return async () => {
    stopped = true
    clearInterval(timer)
    await looking
    await Promise.all([...manager.running.keys()].map((id) => stopOne(manager, id)))
  }
}

async function follow(manager: Manager): Promise<void> {
  const { ctx, holder, running } = manager
  const wanted = new Map((await wantedBots(ctx)).filter(isWanted).map((bot) => [bot.id, bot]))
  const gone = [...running].filter(([id, { sealed }]) => wanted.get(id)?.sealed !== sealed)
  await Promise.all(gone.map(([id]) => stopOne(manager, id)))
  for (const bot of wanted.values()) {
    const isRunning = running.has(bot.id)
    if (!isRunning && !mayStart(manager, bot)) continue
    if (await claimBot(ctx, bot.id, holder)) {
      if (!isRunning) await startOne(manager, bot)
    } else if (isRunning) await stopOne(manager, bot.id)
  }
}

// What gave up for good waits for a new token, or to be switched on again.
function isWanted({ status, sealed }: Bot): boolean {
  return status !== 'unauthorized' && sealed !== ''
}

function mayStart({ ctx, holder, started, next_start }: Manager, bot: Bot): boolean {
  const isFree = bot.holder === holder || bot.lease_until <= ctx.now()
  return isFree && (started < AT_ONCE || ctx.now() >= next_start)
}

async function startOne(manager: Manager, bot: Bot): Promise<void> {
  const { ctx, holder, running } = manager
  const token = tokenOf(ctx, bot)
  if (token === undefined) {
    ctx.log.error({ bot_id: bot.id }, 'a bot token was sealed with another secret key and must be entered again')
    await noteStatus(ctx, { id: bot.id, holder }, { status: 'unauthorized', error: 'INVALID_TELEGRAM_TOKEN' })
    return releaseBot(ctx, bot.id, holder)
  }
  manager.started++
  manager.next_start = ctx.now() + STAGGER
  const { id, tenant_id, assistant_id, bot_id, username, sealed } = bot
  const polled: Polled = { id, tenant_id, assistant_id, bot_id, username, token, holder }
  const abort = new AbortController()
  const ended = pollBot(ctx, polled, abort.signal).catch((err) => ctx.log.error({ err, bot_id: id }, 'a bot stopped'))
  running.set(id, { sealed, abort, ended })
  // A loop that ended by itself has said why in the status; the next look finds whether it is still wanted.
  void ended.then(() => {
    if (running.get(id)?.abort === abort) running.delete(id)
  })
}

async function stopOne({ ctx, holder, running }: Manager, id: number): Promise<void> {
  const one = running.get(id)
  running.delete(id)
  one?.abort.abort()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FAREWELL)
  })
  await Promise.race([one?.ended, late])
  clearTimeout(timer)
  await safely(ctx, releaseBot(ctx, id, holder))
}

function safely(ctx: Context, work: Promise<void>): Promise<void> {
  return work.catch((err) => ctx.log.error({ err }, 'the bots could not be looked after'))
}
