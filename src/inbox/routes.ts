import { z } from 'zod'
import { getDialog } from '../dialogs/dialogs.ts'
import { present } from '../dialogs/routes.ts'
import { DialogView, MessageText, viewOf } from '../dialogs/shapes.ts'
import { markSeen } from '../dialogs/state.ts'
import { ratingsOf } from '../dialogs/visitors.ts'
import type { PastEvent } from '../events/read.ts'
import { rawRoute, route } from '../http/route.ts'
import { BodyId, Done, Id } from '../http/shapes.ts'
import { serveDesk } from '../realtime/desk.ts'
import { errors as stream } from '../realtime/errors.ts'
import { addCanned, CannedView, changeCanned, listCanned, removeCanned, Shortcut } from './canned-replies.ts'
import { closeDialog } from './close.ts'
import { addNote, listNotes, NoteView } from './notes.ts'

const tag = 'Рабочее место'
const params = z.object({ id: Id })
const done = { success: true } as const

export const events = rawRoute({
  method: 'get',
  path: '/api/events',
  tag: 'События',
  summary: 'Всё, что происходит у владельца: один поток для рабочего места (SSE, без номеров)',
  access: 'stream',
  errors: [stream.SSE_AUTH_FAILED, stream.SSE_CONNECTION_LIMIT],
  raw: async ({ ctx, caller, ip }, _req, res) => {
    if (caller.kind !== 'user') throw stream.SSE_AUTH_FAILED()
    const { tenant_id, session_id } = caller
    await serveDesk(ctx, { tenant_id, session_id, ip, present: presentToDesk }, { res })
  },
})

export const read = route({
  method: 'post',
  path: '/api/dialogs/:id/read',
  tag,
  summary: 'Сообщения до этого просмотрены',
  access: 'staff',
  params,
  body: z.object({ message_id: BodyId }),
  response: Done,
  handler: async ({ ctx, caller, params, body }) => {
    await markSeen(ctx, await getDialog(ctx, caller, params.id), body.message_id)
    return done
  },
})

export const archive = route({
  method: 'post',
  path: '/api/dialogs/:id/archive',
  tag,
  summary: 'Закрыть диалог: следующее сообщение посетителя начнёт новый',
  access: 'staff',
  params,
  response: DialogView,
  handler: async ({ ctx, caller, params }) => viewOf(await closeDialog(ctx, caller, params.id)),
})

export const notes = route({
  method: 'get',
  path: '/api/dialogs/:id/notes',
  tag,
  summary: 'Внутренние заметки: посетитель их не видит',
  access: 'staff',
  params,
  response: z.array(NoteView),
  handler: ({ ctx, caller, params }) => listNotes(ctx, caller, params.id),
})

export const note = route({
  method: 'post',
  path: '/api/dialogs/:id/notes',
  tag,
  summary: 'Добавить внутреннюю заметку',
  access: 'staff',
  params,
  body: z.object({ text: MessageText }),
  status: 201,
  response: NoteView,
  handler: ({ ctx, caller, params, body }) => addNote(ctx, caller, { ...body, dialog_id: params.id }),
})

export const ratings = route({
  method: 'get',
  path: '/api/dialogs/:id/ratings',
  tag,
  summary: 'Оценки посетителя; message_id 0 — разговор целиком',
  access: 'staff',
  params,
  response: z.array(z.object({ message_id: z.int(), rating: z.enum(['up', 'down']), comment: z.string().nullable() })),
  handler: async ({ ctx, caller, params }) => ratingsOf(ctx, await getDialog(ctx, caller, params.id)),
})

export const canned = route({
  method: 'get',
  path: '/api/canned-replies',
  tag,
  summary: 'Готовые ответы команды',
  access: 'staff',
  response: z.array(CannedView),
  counted: true,
  handler: async ({ ctx, caller }) => {
    const rows = await listCanned(ctx, caller.tenant_id)
    return { rows, total: rows.length }
  },
})

export const addReply = route({
  method: 'post',
  path: '/api/canned-replies',
  tag,
  summary: 'Новый готовый ответ',
  access: 'staff',
  body: z.object({ shortcut: Shortcut, text: MessageText }),
  status: 201,
  response: CannedView,
  handler: ({ ctx, caller, body }) => addCanned(ctx, caller.tenant_id, body),
})

export const changeReply = route({
  method: 'put',
  path: '/api/canned-replies/:id',
  tag,
  summary: 'Изменить готовый ответ',
  access: 'staff',
  params,
  body: z.object({ shortcut: Shortcut.optional(), text: MessageText.optional() }),
  response: CannedView,
  handler: ({ ctx, caller, params, body }) => changeCanned(ctx, { tenant_id: caller.tenant_id, id: params.id }, body),
})

export const removeReply = route({
  method: 'delete',
  path: '/api/canned-replies/:id',
  tag,
  summary: 'Удалить готовый ответ',
  access: 'staff',
  params,
  response: Done,
  handler: async ({ ctx, caller, params }) => {
    await removeCanned(ctx, { tenant_id: caller.tenant_id, id: params.id })
    return done
  },
})

// Of what happens to a tenant only what a desk can act upon: letters and deliveries under way are our own business.
function presentToDesk(fact: PastEvent): Record<string, unknown> | undefined {
  return /^(dialog|handoff)\./.test(fact.name) ? present(fact) : undefined
}
