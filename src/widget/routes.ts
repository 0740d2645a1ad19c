import { z } from 'zod'
import { visitorOfToken, visitorToken } from '../auth/tokens.ts'
import type { Context } from '../context.ts'
import { listGuestDialogs, openDialog } from '../dialogs/dialogs.ts'
import { MessageView } from '../dialogs/events.ts'
import { listMessages, viewOf as messageView, sayAsVisitor } from '../dialogs/messages.ts'
import { serveDialogStream } from '../dialogs/routes.ts'
import {
  ClientMessageId,
  GuestDialogList,
  GuestDialogView,
  MessageList,
  MessageQuery,
  MessageText,
  viewOf,
} from '../dialogs/shapes.ts'
import { ratingsOf } from '../dialogs/visitors.ts'
import { rawRoute, route, type Site } from '../http/route.ts'
import { Page } from '../http/shapes.ts'
import { sha256 } from '../lib/crypto.ts'
import { randomId } from '../lib/ids.ts'
import { sendProgram } from './assets.ts'
import { WidgetConfig, widgetConfig } from './config.ts'
import { assistantOf, both, createdOrKnown, dialogOf, messageLimits, params, visitorLimit } from './visitors.ts'

const tag = 'Виджет'

const VisitorMessageList = MessageList.extend({
  ratings: z
    .array(z.object({ message_id: z.int(), rating: z.enum(['up', 'down']) }))
    .meta({ description: 'Что посетитель думает об ответах; message_id 0 — о диалоге в целом' }),
})

export const loader = rawRoute({
  method: 'get',
  path: '/widget.js',
  tag,
  summary: 'Загрузчик виджета',
  access: 'public',
  counts: 'assets',
  raw: async (_, req, res) => sendProgram('widget.js', req, res),
})
export const chat = rawRoute({
  method: 'get',
  path: '/widget-chat.js',
  tag,
  summary: 'Окно чата',
  access: 'public',
  counts: 'assets',
  raw: async (_, req, res) => sendProgram('widget-chat.js', req, res),
})

export const config = rawRoute({
  ...both('/config'),
  method: 'get',
  tag,
  summary: 'Вид, тексты и языки виджета (ETag)',
  access: 'site',
  response: WidgetConfig,
  raw: async ({ ctx, caller }, req, res) => {
    const shown = JSON.stringify(WidgetConfig.parse(await widgetConfig(ctx, await assistantOf(ctx, caller))))
    const etag = `"${sha256(shown).slice(0, 24)}"`
    // `no-cache` lets the browser keep it and ask by ETag.
    res.set({ 'Cache-Control': 'no-cache', ETag: etag })
    if (req.headers['if-none-match'] === etag) return void res.status(304).end()
    res.type('json').send(shown)
  },
})

export const session = route({
  ...both('/session'),
  method: 'post',
  tag,
  summary: 'Сессия посетителя; с прежним visitor_token — того же гостя',
  access: 'site',
  limits: [{ name: 'visitor_session', by: ({ ip }) => `ip:${ip}` }],
  body: z.object({ visitor_token: z.string().max(4000).optional() }),
  status: 201,
  response: z.object({ guest_id: z.string(), visitor_token: z.string(), expires_at: z.iso.datetime() }),
  handler: async ({ ctx, caller, body }) =>
    visitorToken(ctx, { ...caller, guest_id: await guestOf(ctx, caller, body.visitor_token) }),
})

export const dialogs = route({
  ...both('/dialogs'),
  method: 'get',
  tag,
  summary: 'Диалоги этого посетителя',
  access: 'visitor',
  query: Page,
  response: GuestDialogList,
  handler: async ({ ctx, caller, query }) => {
    const { dialogs, ...rest } = await listGuestDialogs(ctx, caller, query)
    return { ...rest, dialogs: dialogs.map(viewOf) }
  },
})

export const open = route({
  ...both('/dialogs'),
  method: 'post',
  tag,
  summary: 'Открыть диалог или продолжить открытый',
  access: 'visitor',
  limits: [visitorLimit('open')],
  body: z.object({
    page_url: z.string().max(2000).optional(),
    page_title: z.string().max(300).optional(),
    locale: z.enum(['ru', 'en']).optional(),
  }),
  status: createdOrKnown,
  response: GuestDialogView,
  handler: async ({ ctx, caller, body, locale }) => {
    await assistantOf(ctx, caller)
    const { dialog, is_new } = await openDialog(ctx, caller, {
      ...body,
      platform: 'website',
      locale: body.locale ?? locale,
    })
    return { ...viewOf(dialog), is_new }
  },
})

export const messages = route({
  ...both('/dialogs/:id/messages'),
  method: 'get',
  tag,
  summary: 'Сообщения, старые сверху',
  access: 'visitor',
  params,
  query: MessageQuery,
  response: VisitorMessageList,
  handler: async ({ ctx, query, ...call }) => {
    const dialog = await dialogOf({ ctx, ...call })
    return { ...(await listMessages(ctx, dialog, query)), ratings: await ratingsOf(ctx, dialog) }
  },
})

export const say = route({
  ...both('/dialogs/:id/messages'),
  method: 'post',
  tag,
  summary: 'Сообщение посетителя; тот же client_message_id — то же сообщение',
  access: 'visitor',
  limits: messageLimits,
  params,
  body: z.object({ text: MessageText, client_message_id: ClientMessageId }),
  status: createdOrKnown,
  response: MessageView,
  handler: async (call) => {
    const { message, is_new } = await sayAsVisitor(call.ctx, await dialogOf(call), call.body)
    return { ...messageView(message), is_new }
  },
})

export const events = rawRoute({
  ...both('/dialogs/:id/events'),
  method: 'get',
  tag,
  summary: 'Поток событий диалога (SSE), с кусками ответа по мере его появления',
  access: 'stream',
  params,
  raw: ({ ctx, caller, params, ip }, req, res) =>
    serveDialogStream(ctx, { caller, dialog_id: params.id, ip }, { req, res }),
})

async function guestOf(ctx: Context, site: Site, former: string | undefined): Promise<string> {
  const known = former === undefined ? undefined : await visitorOfToken(ctx, former)
  return known?.assistant_id === site.assistant_id ? known.guest_id : randomId('guest_')
}
