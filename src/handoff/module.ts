import { messageCreated } from '../dialogs/events.ts'
import { on } from '../events/event.ts'
import { SECOND } from '../lib/time.ts'
import type { Module } from '../module.ts'
import { accountClosed } from '../users/events.ts'
import * as deskRoutes from './desk/routes.ts'
import { handoffRequested, handoffStarted } from './events.ts'
import * as routes from './routes.ts'
import { giveBack, noticeSilence, returnDialogsOf, tellNobodyCame } from './timers.ts'

export const handoff: Module = {
  name: 'handoff',
  routes: [...Object.values(routes), ...Object.values(deskRoutes)],
  subscriptions: [
    // Each wait has its timers, each in a lane of its own, or they would hold each other back.
    on(handoffRequested, 'handoff.tell_nobody_came', tellNobodyCame, {
      delay: ({ platform }, config) => config[`handoff.wait_${platform}`] * SECOND,
      lane: ({ dialog_id, at }) => `handoff.tell_nobody_came:${dialog_id}:${at}`,
    }),
    on(handoffRequested, 'handoff.give_back', giveBack, {
      delay: (_, config) => config['handoff.ai_returns'] * SECOND,
      lane: ({ dialog_id, at }) => `handoff.give_back:${dialog_id}:${at}`,
    }),
    on(
      handoffStarted,
      'handoff.notice_silence_after_taking',
      (ctx, { at, ...rest }) => noticeSilence(ctx, { ...rest, since: at }),
      {
        delay: (_, config) => config['handoff.operator_silence'] * SECOND,
        lane: ({ dialog_id, at }) => `handoff.notice_silence_after_taking:${dialog_id}:${at}`,
      },
    ),
    on(
      messageCreated,
      'handoff.notice_silence',
      (ctx, { message, ...rest }) => noticeSilence(ctx, { ...rest, since: Date.parse(message.created_at) }),
      {
        when: ({ message, handoff_status }) => message.sender === 'user' && handoff_status === 'active',
        delay: (_, config) => config['handoff.operator_silence'] * SECOND,
        lane: ({ message }) => `handoff.notice_silence:${message.id}`,
      },
    ),
    on(accountClosed, 'handoff.return_dialogs', returnDialogsOf),
  ],
}
