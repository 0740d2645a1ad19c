import type { TxContext } from '../../context.ts'
import { type Dialog, getDialog } from '../../dialogs/dialogs.ts'
import { addMessage, sayOnce } from '../../dialogs/messages.ts'
import { linkChat } from '../../dialogs/telegram-chats.ts'
import { AppError } from '../../errors.ts'
import { openRequest } from '../../handoff/request.ts'
import { isWithStaff } from '../../handoff/states.ts'
import { takeCode } from '../codes.ts'
import { showThinking } from '../sending/typing.ts'
import { texts, unreadable } from '../texts.ts'
import { dialogOf } from './dialog.ts'
import { fetchFile } from './files.ts'
import type { After, Fetched, Polled, Receiver } from './receive.ts'
import { greetingSource, sourceOf } from './sources.ts'
import type { Said } from './updates.ts'

/** What visitors write. In groups only what is meant for the bot; the rest is not kept. */
export const messages: Receiver = {
  takes: (_ctx, _bot, incoming) => incoming.kind === 'message' && incoming.is_addressed,
  fetch: async (ctx, bot, incoming) => (incoming.kind === 'message' ? fetchFile(ctx, bot, incoming) : undefined),
  async receive(ctx, bot, incoming, fetched) {
    if (incoming.kind !== 'message') return []
    const verb = VERBS[incoming.command?.name ?? '']
    return verb ? verb(ctx, bot, incoming) : hear(ctx, bot, incoming, fetched)
  },
}

type Verb = (ctx: TxContext, bot: Polled, said: Said) => Promise<After[]>

// Any other command is a question like any other.
const VERBS: Record<string, Verb> = { start, help, operator: callHuman, human: callHuman }

async function hear(ctx: TxContext, bot: Polled, said: Said, fetched: Fetched | undefined): Promise<After[]> {
  const { dialog, locale } = await dialogOf(ctx, bot, said)
  const { text, file } = said
  const attachments = fetched?.attachments ?? []
  if (said.unreadable && text === '') return refuseUnreadable(ctx, dialog, said)
  if (text === '' && !file) return help(ctx, bot, said)
  if (text !== '' || attachments.length > 0)
    await sayOnce(ctx, dialog, { sender: 'user', text, source_id: sourceOf(said), attachments })
  if (fetched?.is_lost)
    await announce(ctx, dialog, { text: texts.fileLost[locale], source_id: `${sourceOf(said)}:file` })
  return text !== '' && isForAssistant(dialog) ? [showThinking(bot, dialog)] : []
}

async function start(ctx: TxContext, bot: Polled, said: Said): Promise<After[]> {
  const { chat, command, from } = said
  if (command!.rest !== '' && !chat.is_group) {
    const linked = await openLink(ctx, bot, said)
    if (linked) return []
  }
  const { dialog, assistant, locale } = await dialogOf(ctx, bot, { chat, from })
  const greeting = assistant.widget.greeting || texts.greeting(assistant.name)[locale]
  // Payloads of the owner's own links (`?start=from_instagram`) are no codes of ours and deserve no complaint.
  const isStale = looksLikeCode(command!.rest)
  const text = isStale ? `${texts.staleLink[locale]}\n\n${greeting}` : greeting
  await announce(ctx, dialog, { text, source_id: greetingSource(said) })
  return []
}

async function help(ctx: TxContext, bot: Polled, said: Said): Promise<After[]> {
  const { dialog, locale } = await dialogOf(ctx, bot, said)
  await announce(ctx, dialog, { text: texts.help[locale], source_id: sourceOf(said) })
  return []
}

async function callHuman(ctx: TxContext, bot: Polled, said: Said): Promise<After[]> {
  const { dialog, locale } = await dialogOf(ctx, bot, said)
  const source_id = sourceOf(said)
  await sayOnce(ctx, dialog, { sender: 'user', text: `/${said.command!.name}`, source_id })
  try {
    await openRequest(ctx, dialog, { reason: 'manual', by: 'visitor', request_id: source_id })
  } catch (error) {
    // The state machine refuses before it writes: somebody is called or there already.
    if (!(error instanceof AppError)) throw error
    await announce(ctx, dialog, { text: texts.calledAlready[locale], source_id: `${source_id}:called` })
  }
  return []
}

// The dialog of the site goes on in this chat, if the code is good and the dialog is this bot's.
async function openLink(ctx: TxContext, bot: Polled, said: Said): Promise<boolean> {
  const { tenant_id, assistant_id, id: bot_id } = bot
  const code = await takeCode(ctx, { tenant_id, purpose: 'dialog', code: said.command!.rest })
  if (!code) return false
  const dialog_id = code.subject_id
  const dialog = await getDialog(ctx, { tenant_id, is_admin: false }, dialog_id)
  if (dialog.assistant_id !== assistant_id || dialog.status !== 'active') return false
  await linkChat(ctx, { tenant_id, dialog_id, bot_id, chat_id: said.chat.id, username: said.from.username })
  const here = await getDialog(ctx, { tenant_id, is_admin: false }, dialog_id)
  await announce(ctx, here, { text: texts.linked[here.locale], source_id: greetingSource(said) })
  return true
}

// Ten pictures in a row need one answer: the same note is not said twice running.
async function refuseUnreadable(ctx: TxContext, dialog: Dialog, said: Said): Promise<After[]> {
  const text = unreadable(said.unreadable!, dialog.locale)
  if (dialog.last_message !== text) await announce(ctx, dialog, { text, source_id: sourceOf(said) })
  return []
}

async function announce(ctx: TxContext, dialog: Dialog, said: { text: string; source_id: string }): Promise<void> {
  await addMessage(ctx, dialog, { sender: 'system', kind: 'system', ...said })
}

function isForAssistant({ handoff_status, ai_off }: Dialog): boolean {
  return !isWithStaff(handoff_status) && ai_off === 0
}

function looksLikeCode(rest: string): boolean {
  return /^[\w-]{22}$/.test(rest)
}
