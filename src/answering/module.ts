import { z } from 'zod'
import { messageCreated } from '../dialogs/events.ts'
import { on } from '../events/event.ts'
import { route } from '../http/route.ts'
import { Id } from '../http/shapes.ts'
import type { Module } from '../module.ts'
import { answerMessage, apologise } from './answer.ts'
import { Evidence, explain } from './evidence.ts'

const evidence = route({
  method: 'get',
  path: '/api/messages/:id/evidence',
  tag: 'Диалоги',
  summary: 'На чём стоит ответ: фрагменты, оценки, маршрут, токены, время',
  access: 'user',
  params: z.object({ id: Id }),
  response: Evidence,
  handler: ({ ctx, caller, params }) => explain(ctx, caller, params.id),
})

export const answering: Module = {
  name: 'answering',
  routes: [evidence],
  subscriptions: [
    on(messageCreated, 'answering.answer', answerMessage, {
      when: ({ message }) => message.sender === 'user',
      whenDead: apologise,
    }),
  ],
}
