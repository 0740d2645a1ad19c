import type { Context, TxContext } from '../../context.ts'
import type { Dialog } from '../../dialogs/dialogs.ts'
import { PRIORITIES } from '../../dialogs/shapes.ts'
import type { Locale } from '../../errors.ts'
import { asClock, MINUTE, medianOf, toIso, toIsoOrNull } from '../../lib/time.ts'
import type { Waiting } from '../store.ts'
import * as store from '../store.ts'
import { texts, waitInWords } from '../texts.ts'
import { countOperators } from './presence.ts'

const REMEMBERED = 50 // handoffs whose median says how long one takes: some days of a small shop
const FIRST_GUESS = 3 * MINUTE // before anybody was ever served
const [SHORTEST, LONGEST] = [1, 60] // minutes; a forgotten dialog must not frighten everybody after it

type Reader = Pick<Context, 'db' | 'now'>
export type Wait = { queue_position: number; estimated_wait_minutes: number; operators_online: number }

/** Where a waiting dialog stands in its tenant's queue (1 = next), and how many minutes that will probably take. */
export async function waitOf(ctx: Reader, dialog: Dialog): Promise<Wait> {
  const { id, tenant_id, handoff_priority, handoff_requested_at } = dialog
  const of = { tenant_id, dialog_id: id, priority: handoff_priority, requested_at: handoff_requested_at ?? ctx.now() }
  const queue_position = 1 + (await store.countAhead(ctx.db, of))
  return { queue_position, ...(await estimate(ctx, tenant_id, queue_position)) }
}

/** The tenant's queue, most urgent first, as an operator sees it. */
export async function operatorQueue(
  ctx: Context,
  tenant_id: number,
  { locale, ...page }: { limit: number; offset: number; locale: Locale },
) {
  const rows = await store.waitingDialogs(ctx.db, tenant_id, page)
  const total_in_queue = await store.countWaiting(ctx.db, tenant_id)
  const { estimated_wait_minutes } = await estimate(ctx, tenant_id, total_in_queue)
  return {
    queue: rows.map((row) => waitingView(ctx, row, locale)),
    total_in_queue,
    estimated_wait_time: waitInWords(estimated_wait_minutes, locale),
    estimated_wait_minutes,
  }
}

/** The dialogs an operator has right now. */
export async function dialogsOf(ctx: Context, operator: { id: number; tenant_id: number }, locale: Locale) {
  const rows = await store.dialogsOfOperator(ctx.db, operator.tenant_id, operator.id)
  return {
    dialogs: rows.map((row) => ({ ...waitingView(ctx, row, locale), taken_at: toIsoOrNull(row.handoff_touched_at) })),
    total: rows.length,
  }
}

/** How many minutes the given place in the queue will probably wait: places per free operator, times how long one handoff takes. */
async function estimate(ctx: Reader | TxContext, tenant_id: number, position: number) {
  const { online, available } = await countOperators(ctx, tenant_id)
  const time = medianOf(await store.handlingTimes(ctx.db, tenant_id, REMEMBERED)) ?? FIRST_GUESS
  const each = Math.min(LONGEST, Math.max(SHORTEST, time / MINUTE))
  return {
    estimated_wait_minutes: Math.ceil(Math.ceil(position / Math.max(1, available)) * each),
    operators_online: online,
  }
}

function waitingView(ctx: Pick<Context, 'now'>, row: Waiting, locale: Locale) {
  const asked = row.handoff_requested_at ?? ctx.now()
  return {
    dialog_id: row.id,
    user_info: { name: nameOf(row, locale), platform: row.platform },
    assistant_name: row.assistant_name,
    reason: row.handoff_reason ?? 'manual',
    wait_time: asClock(ctx.now() - asked),
    priority: PRIORITIES[row.handoff_priority] ?? 'normal',
    last_message: row.last_message,
    created_at: toIso(asked),
  }
}

type Visitor = Pick<Waiting, 'id' | 'first_name' | 'last_name' | 'email' | 'telegram_username'>

/** What to call the visitor of a dialog, as the console does: their name, else how they can be found, else the dialog's number. */
export function nameOf({ id, first_name, last_name, email, telegram_username }: Visitor, locale: Locale): string {
  const name = [first_name, last_name].filter(Boolean).join(' ')
  return name || email || (telegram_username ? `@${telegram_username}` : `${texts.visitor[locale]} ${id}`)
}
