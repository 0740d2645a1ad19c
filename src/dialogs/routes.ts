import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Signal } from '../events/bus.ts'
import type { PastEvent } from '../events/read.ts'
import { rawRoute, route, type User, type Visitor } from '../http/route.ts'
import { Id } from '../http/shapes.ts'
import { errors as stream } from '../realtime/errors.ts'
import { serveSse } from '../realtime/sse.ts'
import { getDialog, getDialogWithUnread, getGuestDialog, listDialogs } from './dialogs.ts'
import { dialogStream } from './events.ts'
import { listMessages } from './messages.ts'
import { DialogList, DialogQuery, DialogView, MessageList, MessageQuery, viewOf } from './shapes.ts'

const tag = 'Диалоги'
const params = z.object({ id: Id })
const OURS = new Set(['tenant_id', 'assistant_id', 'bot_id', 'telegram_chat_id', 'handoff_status'])
// A list of what is shown, so that a field somebody adds is hidden until it is meant to be seen.
const THEIRS = new Set([
  'dialog_id',
  'message',
  'edited',
  'operator',
  'reason',
  'queue_position',
  'estimated_wait_time',
  'requeued',
  'resolution',
  'return_to_ai',
  'nobody_came',
])
const Named = z.object({ name: z.string(), avatar: z.null() })

export const list = route({
  method: 'get',
  path: '/api/dialogs',
  tag,
  summary: 'Диалоги с фильтрами, новые сообщения сверху',
  access: 'staff',
  query: DialogQuery,
  response: DialogList,
  handler: async ({ ctx, caller, query }) => {
    const { mine, ...filter } = query
    const operator_id = mine ? caller.id : undefined
    const { dialogs, ...rest } = await listDialogs(ctx, caller.tenant_id, { ...filter, operator_id })
    return { ...rest, dialogs: dialogs.map(viewOf) }
  },
})

export const one = route({
  method: 'get',
  path: '/api/dialogs/:id',
  tag,
  summary: 'Один диалог',
  access: 'staff',
  params,
  response: DialogView,
  handler: async ({ ctx, caller, params }) => viewOf(await getDialogWithUnread(ctx, caller, params.id)),
})

export const messages = route({
  method: 'get',
  path: '/api/dialogs/:id/messages',
  tag,
  summary: 'Сообщения диалога, старые сверху',
  access: 'staff',
  params,
  query: MessageQuery,
  response: MessageList,
  handler: async ({ ctx, caller, params, query }) => listMessages(ctx, await getDialog(ctx, caller, params.id), query),
})

export const events = rawRoute({
  method: 'get',
  path: '/api/dialogs/:id/events',
  tag: 'События',
  summary: 'Поток событий диалога (SSE); Last-Event-ID продолжает с места обрыва',
  access: 'stream',
  params,
  errors: [stream.SSE_AUTH_FAILED, stream.SSE_CONNECTION_LIMIT, stream.INVALID_LAST_EVENT_ID],
  raw: ({ ctx, caller, params, ip }, req, res) =>
    serveDialogStream(ctx, { caller, dialog_id: params.id, ip }, { req, res }),
})

/** Streams one dialog to whoever may read it: staff of the tenant, or the visitor it belongs to. */
export async function serveDialogStream(
  ctx: Context,
  who: { caller: User | Visitor; dialog_id: number; ip: string },
  io: { req: Request; res: Response },
) {
  const { caller, dialog_id, ip } = who
  if (caller.kind === 'user') await getDialog(ctx, caller, dialog_id)
  else await getGuestDialog(ctx, caller, dialog_id)
  const common = { ip, stream: dialogStream(dialog_id) }
  if (caller.kind === 'user')
    return serveSse(ctx, { ...common, kind: 'admin', session_id: caller.session_id, present }, io)
  const kind = io.req.query.site_token === undefined ? 'widget' : 'site'
  await serveSse(ctx, { ...common, kind, session_id: undefined, present: presentToVisitor, hears: isForVisitor }, io)
}

/** What staff sees of a fact: everything but our bookkeeping. */
export function present({ payload }: PastEvent): Record<string, unknown> {
  const shown = Object.entries(payload).filter(([name]) => !OURS.has(name))
  return Object.fromEntries(shown)
}

/** What the visitor sees of a fact: only what is meant for them, and of an operator the name. */
export function presentToVisitor({ payload }: PastEvent): Record<string, unknown> {
  const shown = Object.entries(payload).filter(([name]) => THEIRS.has(name))
  return Object.fromEntries(shown.map(([name, value]) => [name, name === 'operator' ? Named.parse(value) : value]))
}

function isForVisitor({ type }: Signal): boolean {
  return type !== 'visitor.typing'
}
