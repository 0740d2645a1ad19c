import { route } from '../../http/route.ts'
import { Page } from '../../http/shapes.ts'
import { HeartbeatBody, HeartbeatView, MyDialogsView, QueueView, TeamView } from '../shapes.ts'
import { handoffPhrases, Phrases, setHandoffPhrases } from './phrases.ts'
import { heartbeat, teamPresence } from './presence.ts'
import { dialogsOf, operatorQueue } from './queue.ts'

const tag = 'Операторы'

export const queue = route({
  method: 'get',
  path: '/api/operator/queue',
  tag,
  summary: 'Очередь: сначала срочные, затем кто раньше позвал',
  access: 'staff',
  query: Page,
  response: QueueView,
  handler: ({ ctx, caller, query, locale }) => operatorQueue(ctx, caller.tenant_id, { ...query, locale }),
})

export const myDialogs = route({
  method: 'get',
  path: '/api/operator/my-dialogs',
  tag,
  summary: 'Диалоги, которые веду я',
  access: 'staff',
  response: MyDialogsView,
  handler: ({ ctx, caller, locale }) => dialogsOf(ctx, caller, locale),
})

export const beat = route({
  method: 'post',
  path: '/api/operator/heartbeat',
  tag,
  summary: 'Оператор на месте: каждые 30 секунд, через 90 считается ушедшим',
  access: 'staff',
  body: HeartbeatBody,
  response: HeartbeatView,
  handler: ({ ctx, caller, body }) => heartbeat(ctx, caller, body),
})

export const team = route({
  method: 'get',
  path: '/api/operator/team',
  tag,
  summary: 'Кто из команды на месте и сколько диалогов ведёт',
  access: 'staff',
  response: TeamView,
  handler: ({ ctx, caller }) => teamPresence(ctx, caller.tenant_id),
})

export const settings = route({
  method: 'get',
  path: '/api/handoff/settings',
  tag: 'Handoff',
  summary: 'Свои фразы, по которым зовут человека',
  access: 'user',
  response: Phrases,
  handler: async ({ ctx, caller }) => ({ phrases: await handoffPhrases(ctx, caller.tenant_id) }),
})

export const changeSettings = route({
  method: 'put',
  path: '/api/handoff/settings',
  tag: 'Handoff',
  summary: 'Заменить свои фразы',
  access: 'user',
  body: Phrases,
  response: Phrases,
  handler: async ({ ctx, caller, body }) => ({
    phrases: await setHandoffPhrases(ctx, caller.tenant_id, body.phrases),
  }),
})
