import { forgetExpired } from '../../auth/sessions.ts'
import { tidyOutbox } from '../../email/outbox.ts'
import { forgetEvents } from '../../events/read.ts'
import { DAY } from '../../lib/time.ts'
import { forgetUnclaimed } from '../../support/attachments/attachments.ts'
import { inThread } from '../in-thread.ts'

const EVENTS_KEPT = 30 * DAY // a client away for longer starts its stream anew
const UPLOADS_KEPT = DAY // a message that takes its files longer to write was given up

await inThread(async (ctx) => {
  await forgetExpired(ctx)
  await forgetEvents(ctx, ctx.now() - EVENTS_KEPT)
  await tidyOutbox(ctx)
  await forgetUnclaimed(ctx, ctx.now() - UPLOADS_KEPT)
})
