import { publicUrl } from '../../../config/config.ts'
import type { Context } from '../../../context.ts'
import type { Dialog } from '../../../dialogs/dialogs.ts'
import type { MessageView } from '../../../dialogs/events.ts'
import { listMessages } from '../../../dialogs/messages.ts'
import type { Locale } from '../../../errors.ts'
import { nameOf } from '../../../handoff/desk/queue.ts'
import { reasonInWords } from '../../../handoff/texts.ts'
import { oneLine, trimTo } from '../../../lib/text.ts'
import { htmlOf } from '../../sending/spans.ts'
import type { Desk } from '../group.ts'
import * as store from '../store.ts'
import { texts } from '../texts.ts'
import { act, Hindered } from './act.ts'
import type { OpenTopic } from './open.ts'

/** What the button «take» carries before the dialog's number. */
export const TAKE = 'take:'

const SHOWN = 8 // messages: enough to see what it is about without opening the console
const LINE = 300 // characters of each

/** Puts a card into the topic: who, where from, why, what was said last, and the button to take the dialog. */
export async function postCard(ctx: Context, desk: Desk, dialog: Dialog, topic: OpenTopic): Promise<OpenTopic> {
  const { chat_id, locale } = desk
  const body = await bodyOf(ctx, dialog, locale)
  const card_body = topic.card_id === null && topic.in_doubt ? `${body}\n\n${texts.twin[locale]}` : body
  const card_status = statusOf(dialog, locale)
  const sent = await act(ctx, desk, 'sendMessage', {
    chat_id,
    message_thread_id: topic.thread_id,
    ...lookOf(dialog, { locale, card_status, card_body }),
  })
  const card = { card_id: String(sent.message_id), card_body, card_status, in_doubt: 0 }
  await store.changeTopic(ctx.db, { tenant_id: dialog.tenant_id, dialog_id: dialog.id }, card)
  return { ...topic, ...card }
}

/** Makes the card say who has the dialog now. */
export async function refreshCard(ctx: Context, desk: Desk, dialog: Dialog, topic: OpenTopic): Promise<void> {
  const { chat_id, locale } = desk
  const card_status = statusOf(dialog, locale)
  if (topic.card_id === null || topic.card_status === card_status) return
  try {
    const look = lookOf(dialog, { locale, card_status, card_body: topic.card_body })
    await act(ctx, desk, 'editMessageText', { chat_id, message_id: Number(topic.card_id), ...look })
  } catch (error) {
    // Deleted by hand, or it reads like this already.
    if (!(error instanceof Hindered) || error.why !== 'refused') throw error
  }
  await store.changeTopic(ctx.db, { tenant_id: dialog.tenant_id, dialog_id: dialog.id }, { card_status })
}

function lookOf(
  { id, handoff_status }: Dialog,
  { locale, card_status, card_body }: { locale: Locale; card_status: string; card_body: string },
) {
  const button = { text: texts.take[locale], callback_data: `${TAKE}${id}` }
  return {
    text: htmlOf([
      { text: card_status, marks: ['b'] },
      { text: `\n\n${card_body}`, marks: [] },
    ]),
    parse_mode: 'HTML' as const,
    link_preview_options: { is_disabled: true },
    reply_markup: { inline_keyboard: handoff_status === 'requested' ? [[button]] : [] },
  }
}

function statusOf({ handoff_status, handoff_operator_name }: Dialog, locale: Locale): string {
  if (handoff_status === 'requested') return texts.waits[locale]
  if (handoff_status === 'active') return texts.led(handoff_operator_name ?? '')[locale]
  return texts.over[locale]
}

async function bodyOf(ctx: Context, dialog: Dialog, locale: Locale): Promise<string> {
  const { messages } = await listMessages(ctx, dialog, { limit: SHOWN })
  const said = messages.filter((one) => one.message_kind === 'text').map((one) => lineOf(one, dialog, locale))
  const place = dialog.platform === 'telegram' ? 'Telegram' : (dialog.page_title ?? '')
  const about = [
    [`${nameOf(dialog, locale)} · ${dialog.assistant_name}`, place].filter(Boolean).join(' · '),
    dialog.email ?? '',
    dialog.page_url ? `${texts.page[locale]}: ${dialog.page_url}` : '',
    `${texts.reason[locale]}: ${reasonInWords(dialog.handoff_reason, locale)}`,
    ctx.config.public_url ? `${texts.inConsole[locale]}: ${consoleLink(ctx, dialog.id)}` : '',
  ].filter(Boolean)
  const head = about.map((line) => trimTo(oneLine(line), LINE)).join('\n')
  return said.length === 0 ? head : `${head}\n\n${texts.lastSaid[locale]}:\n${said.join('\n')}`
}

function lineOf({ sender, text, operator_name, attachments }: MessageView, dialog: Dialog, locale: Locale): string {
  const who =
    sender === 'user' ? nameOf(dialog, locale) : sender === 'operator' ? operator_name : texts.assistant[locale]
  const files = attachments.map(({ name }) => `📎 ${name}`).join(' ')
  return trimTo(oneLine(`${who}: ${[text, files].filter(Boolean).join(' ')}`), LINE)
}

/** Where a dialog is in the console. */
export function consoleLink(ctx: Pick<Context, 'config'>, dialog_id: number): string {
  return `${publicUrl(ctx.config)}/console/inbox/${dialog_id}`
}
