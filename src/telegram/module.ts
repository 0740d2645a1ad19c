import type { MessageCreated } from '../dialogs/events.ts'
import { messageCreated, messageUpdated } from '../dialogs/events.ts'
import { on } from '../events/event.ts'
import type { Module } from '../module.ts'
import * as routes from './routes.ts'
import { amend } from './sending/amend.ts'
import { deliver, deliveryDelayed, giveUp } from './sending/deliver.ts'
import * as staffRoutes from './staff/routes.ts'
import { staffSubscriptions } from './staff/subscriptions.ts'

// One chat is one lane: its messages go out in order, and one that has to wait holds back those behind it.
const lane = ({ bot_id, telegram_chat_id }: MessageCreated) => `telegram.deliver:${bot_id}:${telegram_chat_id}`

export const telegram: Module = {
  name: 'telegram',
  routes: [...Object.values(routes), ...Object.values(staffRoutes)],
  subscriptions: [
    on(messageCreated, 'telegram.deliver', deliver, {
      when: ({ message, telegram_chat_id }) => telegram_chat_id !== null && message.sender !== 'user',
      lane,
      whenDead: giveUp,
    }),
    on(deliveryDelayed, 'telegram.deliver_later', deliver, { delay: ({ wait }) => wait, lane, whenDead: giveUp }),
    on(messageUpdated, 'telegram.amend', amend, {
      when: ({ message, edited }) => edited && message.sender === 'operator',
    }),
    ...staffSubscriptions,
  ],
}
