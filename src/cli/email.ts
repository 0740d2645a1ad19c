import { z } from 'zod'
import type { Context } from '../context.ts'
import { Address } from '../email/kinds.ts'
import { type LetterView, listLetters, readLetter, retryLetter } from '../email/outbox.ts'
import { sendTrial } from '../email/try.ts'
import { AppError } from '../errors.ts'
import { workDueTasks } from '../events/work.ts'
import { MINUTE, pause, SECOND, toIsoOrNull } from '../lib/time.ts'
import { command, TypedId, Whole } from './shell/command.ts'
import { misuse } from './shell/errors.ts'
import { paragraphs, sheet, table } from './shell/output.ts'

const ALL_FAILED = { state: 'failed' as const, limit: 10_000, offset: 0 }

export const outbox = command({
  usage: 'outbox',
  about: ['письма, новые сверху', 'letters, newest first'],
  example: 'replyx email outbox --failed',
  flags: [
    ['--failed', 'только неотправленные', 'only those that failed'],
    ['--limit <n>', 'не больше стольких', 'at most that many'],
    ['--offset <n>', 'пропустить столько', 'skip that many'],
  ],
  shape: z.object({ failed: z.boolean().optional(), limit: Whole.default(50), offset: Whole.default(0) }),
  run: async ({ ctx, input: { failed, ...page }, say }) => {
    const letters = await listLetters(ctx, { ...page, state: failed ? 'failed' : undefined })
    const headings = [
      'ID',
      say('Кому', 'To'),
      say('Письмо', 'Letter'),
      say('Состояние', 'State'),
      say('Почему', 'Why'),
      say('Когда', 'When'),
    ]
    const rows = letters.map((one) => [
      one.id,
      one.recipient,
      one.kind,
      one.state,
      one.reason,
      toIsoOrNull(one.created_at)?.slice(0, 16).replace('T', ' '),
    ])
    return { data: letters.map(shown), text: table(headings, rows) }
  },
})

export const show = command({
  usage: 'show <id>',
  about: ['одно письмо с его текстом', 'one letter with its text'],
  example: 'replyx email show 12',
  shape: z.object({ id: TypedId }),
  run: async ({ ctx, input, say }) => {
    const { text, ...letter } = await readLetter(ctx, input.id)
    const view = { ...shown(letter), reply_to: letter.reply_to, subject: letter.subject }
    const body = text ?? say('(текст уже забыт)', '(the text is forgotten)')
    return { data: { ...view, text }, text: `${sheet(Object.entries(view))}\n\n${paragraphs(body)}` }
  },
})

export const retry = command({
  usage: 'retry [id]',
  about: ['отправить ещё раз: одно письмо или все неотправленные', 'send again: one letter, or all that failed'],
  example: 'replyx email retry --failed',
  flags: [['--failed', 'все неотправленные', 'all that failed']],
  shape: z.object({ id: TypedId.optional(), failed: z.boolean().optional() }),
  run: async ({ ctx, input, say }) => {
    if ((input.id === undefined) === !input.failed) throw misuse('нужен ID или --failed', 'an ID or --failed is needed')
    const ids = input.id === undefined ? (await listLetters(ctx, ALL_FAILED)).map(({ id }) => id) : [input.id]
    const ended = await reopen(ctx, ids, input.id !== undefined)
    await workDueTasks(ctx, ['email.send_letter'])
    const after = await outcomes(
      ctx,
      ids.filter((id) => !ended.includes(id)),
    )
    const sent = after.filter((one) => one.state === 'sent').length
    const counts = { tried: after.length, sent, out_of_date: ended.length }
    return {
      data: counts,
      text: say(
        `Отправлено: ${sent} из ${after.length}, устарело: ${ended.length}`,
        `Sent: ${sent} of ${after.length}, out of date: ${ended.length}`,
      ),
      exit: sent === after.length ? 0 : 1,
    }
  },
})

export const test = command({
  usage: 'test <address>',
  about: ['пробное письмо прямо сейчас', 'a trial letter, right now'],
  example: 'replyx email test you@example.ru',
  shape: z.object({ address: Address }),
  run: async ({ ctx, input, globals, say }) => {
    const { smtp_server } = await sendTrial(ctx, input.address, globals.locale)
    const text = say(`Письмо принял ${smtp_server}`, `${smtp_server} took the letter`)
    return { data: { success: true, smtp_server }, text }
  },
})

async function reopen(ctx: Context, ids: number[], isOne: boolean): Promise<number[]> {
  const ended: number[] = []
  for (const id of ids)
    await retryLetter(ctx, id).catch((error: unknown) => {
      // Of many, some are out of date; the one that was named is refused aloud.
      if (isOne || !(error instanceof AppError)) throw error
      ended.push(id)
    })
  return ended
}

// The server may have taken a letter before this command did.
async function outcomes(ctx: Context, ids: number[]): Promise<LetterView[]> {
  for (const end = ctx.now() + MINUTE; ; await pause(SECOND / 5)) {
    const letters = await Promise.all(ids.map((id) => readLetter(ctx, id)))
    const isSending = (one: LetterView) => one.state === 'waiting' && one.due_at <= ctx.now()
    if (!letters.some(isSending) || ctx.now() > end) return letters
  }
}

function shown(letter: LetterView) {
  const { id, recipient, kind, state, reason, detail, attempts, tenant_id, message_id } = letter
  const [created_at, ended_at] = [toIsoOrNull(letter.created_at), toIsoOrNull(letter.ended_at)]
  const next_try = letter.state === 'waiting' ? toIsoOrNull(letter.due_at) : null
  const about = { id, recipient, kind, state, reason, detail, attempts }
  return { ...about, next_try, tenant_id, message_id, created_at, ended_at }
}
