import { outboxState } from '../../email/outbox.ts'
import { hints } from '../../email/try.ts'
import { fail, ok, type Patient, type Verdict, warn } from './check.ts'

/** Whether letters go out, as far as the last tries tell. */
export async function letters({ ctx }: Patient): Promise<Verdict> {
  const { waiting, failed, sent, trouble } = await outboxState(ctx)
  const counts = [`ждут ${waiting}, не ушло ${failed}`, `${waiting} waiting, ${failed} failed`] as const
  if (!ctx.outside.smtp)
    return waiting > 0
      ? warn(`почта не настроена (smtp.url), ${counts[0]}`, `mail is not configured (smtp.url), ${counts[1]}`)
      : ok(
          'почта не настроена: письма ждут в replyx email outbox',
          'not configured: letters wait in replyx email outbox',
        )
  const ours = trouble.find(({ reason }) => reason === 'login' || reason === 'sender')
  if (ours) {
    const hint = hints[ours.reason as 'login' | 'sender']
    return fail(`${hint.ru}: ${ours.detail}; ${counts[0]}`, `${hint.en}: ${ours.detail}; ${counts[1]}`)
  }
  if (trouble.length > 0 || failed > 0)
    return warn(`${counts[0]}: replyx email outbox`, `${counts[1]}: replyx email outbox`)
  return ok(`за неделю ушло ${sent}`, `${sent} sent in a week`)
}
