import { type MessageCreated, messageCreated, messageUpdated } from '../../dialogs/events.ts'
import { type Event, on, type Subscription } from '../../events/event.ts'
import {
  handoffCancelled,
  handoffDelayed,
  handoffReleased,
  handoffRequested,
  handoffStarted,
} from '../../handoff/events.ts'
import { isWithStaff } from '../../handoff/states.ts'
import { accountClosed } from '../../users/events.ts'
import { groupReady, topicDue } from './events.ts'
import { bringOpen } from './group.ts'
import { forgetPerson } from './people.ts'
import { syncTopic, tryLater } from './topic/sync.ts'

type Place = { tenant_id: number; dialog_id: number }

// A tenant has one group, and a group one pace: a topic that has to wait holds back the others.
const lane = ({ tenant_id }: { tenant_id: number }) => `telegram.staff:${tenant_id}`
const shown = <P extends Place>(fact: Event<P>, task: string, when?: (payload: P) => boolean) =>
  on(fact, task, syncTopic, { lane, whenDead: tryLater, ...(when ? { when } : {}) })

/** What the staff's group listens to. */
export const staffSubscriptions: Subscription[] = [
  shown(messageCreated, 'telegram.staff_message', concernsStaff),
  shown(messageUpdated, 'telegram.staff_edit', ({ edited }) => edited),
  shown(handoffRequested, 'telegram.staff_requested'),
  shown(handoffStarted, 'telegram.staff_started'),
  shown(handoffDelayed, 'telegram.staff_delayed'),
  shown(handoffReleased, 'telegram.staff_released'),
  shown(handoffCancelled, 'telegram.staff_cancelled'),
  on(topicDue, 'telegram.staff_due', syncTopic, { lane, delay: ({ wait }) => wait, whenDead: tryLater }),
  on(groupReady, 'telegram.staff_ready', bringOpen, { lane }),
  on(accountClosed, 'telegram.forget_person', async (ctx, account) => void (await forgetPerson(ctx, account))),
]

function concernsStaff({ message, handoff_status }: MessageCreated): boolean {
  const isSpoken = message.message_kind === 'text' && (message.sender === 'user' || message.sender === 'operator')
  return isSpoken && isWithStaff(handoff_status)
}
