import type { Context, TxContext } from '../../context.ts'
import { inSavepoint } from '../../db/database.ts'
import { getDialog } from '../../dialogs/dialogs.ts'
import { editMessage, findBySource } from '../../dialogs/messages.ts'
import { AppError, type Locale, type Texts } from '../../errors.ts'
import { cancelHandoff } from '../../handoff/request.ts'
import { sayAsOperator } from '../../handoff/speak.ts'
import { releaseDialog, takeDialog } from '../../handoff/take.ts'
import type { Staff } from '../../http/route.ts'
import { closeDialog } from '../../inbox/close.ts'
import { answerPress } from '../receiving/buttons.ts'
import { keepSent } from '../receiving/files.ts'
import type { After, Fetched, Polled } from '../receiving/receive.ts'
import { sourceOf } from '../receiving/sources.ts'
import type { Pressed, Said } from '../receiving/updates.ts'
import { staffBehind } from './people.ts'
import { reply, replyOnce } from './reply.ts'
import type { Group } from './store.ts'
import * as store from './store.ts'
import { texts } from './texts.ts'
import { TAKE } from './topic/card.ts'

type Verb = (ctx: TxContext, staff: Staff, dialog_id: number) => Promise<unknown>

const VERBS: Record<string, Verb> = {
  take: (ctx, staff, dialog_id) => takeDialog(ctx, staff, { dialog_id, strict: false }),
  close: closeDialog,
  ai: giveBack,
}

/** Somebody wrote in the group. In the topic of a dialog it is what its operator says to the visitor, or a command; anything else is the staff's own business. */
export async function hear(
  ctx: TxContext,
  bot: Polled,
  group: Group,
  said: Said,
  fetched: Fetched | undefined,
): Promise<After[]> {
  const { text, command, thread_id } = said
  const locale = said.from.locale ?? group.locale
  if (command?.name === 'help') return [reply(bot, said, texts.help[locale])]
  const topic = thread_id && (await store.topicAt(ctx.db, { ...group, thread_id }))
  if (!topic || text.startsWith('//')) return []
  const staff = await staffBehind(ctx, group.tenant_id, said.from)
  if (!staff) return [replyOnce(bot, said, texts.stranger[locale])]
  const refusal = await refusalOf(ctx, locale, (ctx) => obey(ctx, staff, topic.dialog_id, { ...said, fetched }))
  return refusal === undefined ? [] : [reply(bot, said, `${texts.notSent[locale]}: ${refusal}`)]
}

/** Fetches a file that an operator sends to a visitor of the site; undefined when there is none, or it would not be passed on. */
export async function fetchForVisitor(ctx: Context, bot: Polled, said: Said): Promise<Fetched | undefined> {
  const { file, thread_id, chat, from } = said
  if (!file || thread_id === undefined) return undefined
  const { tenant_id } = bot
  const topic = await store.topicAt(ctx.db, { tenant_id, chat_id: chat.id, thread_id })
  const staff = topic && (await staffBehind(ctx, tenant_id, from))
  if (!topic || !staff) return undefined
  const { id: dialog_id, telegram_chat_id } = await getDialog(ctx, staff, topic.dialog_id)
  return telegram_chat_id === null ? keepSent(ctx, bot, { file, dialog_id }) : undefined
}

/** Somebody put right what they had said to a visitor. */
export async function hearEdit(ctx: TxContext, group: Group, said: Said): Promise<After[]> {
  const { thread_id, text } = said
  const topic = thread_id && (await store.topicAt(ctx.db, { ...group, thread_id }))
  const staff = topic && (await staffBehind(ctx, group.tenant_id, said.from))
  if (!topic || !staff || text === '') return []
  const { tenant_id, dialog_id } = topic
  const source_id = sourceOf(said)
  const dialog = await getDialog(ctx, staff, dialog_id)
  const before = await findBySource(ctx, dialog, source_id)
  if (before?.operator_id === staff.id) await editMessage(ctx, { tenant_id, dialog_id, source_id, text })
  return []
}

/** Somebody pressed «take». Of many, in Telegram and in the console, one gets the dialog, and the others learn who. */
export async function pressTake(ctx: TxContext, bot: Polled, group: Group, press: Pressed): Promise<After[]> {
  const locale = press.from.locale ?? group.locale
  const place = { tenant_id: group.tenant_id, dialog_id: Number(press.data.slice(TAKE.length)) }
  const isTake = press.data.startsWith(TAKE) && Number.isSafeInteger(place.dialog_id)
  const topic = isTake ? await store.findTopic(ctx.db, place) : undefined
  if (topic?.chat_id !== group.chat_id) return [answerPress(bot, press)]
  const staff = await staffBehind(ctx, group.tenant_id, press.from)
  if (!staff) return [answerPress(bot, press, texts.stranger[locale], true)]
  const { dialog_id } = topic
  const refusal = await refusalOf(ctx, locale, (ctx) => takeDialog(ctx, staff, { dialog_id, strict: true }))
  return [answerPress(bot, press, refusal ?? texts.taken[locale], refusal !== undefined)]
}

// A refusal undoes what was begun, and only that: the update is handled all the same.
async function refusalOf(
  ctx: TxContext,
  locale: Locale,
  work: (ctx: TxContext) => Promise<unknown>,
): Promise<string | undefined> {
  try {
    await inSavepoint(ctx, work)
    return undefined
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { operator_name } = error.details
    return typeof operator_name === 'string' ? texts.takenBy(operator_name)[locale] : error.texts[locale]
  }
}

async function obey(
  ctx: TxContext,
  staff: Staff,
  dialog_id: number,
  said: Said & { fetched: Fetched | undefined },
): Promise<void> {
  const { text, command, file, fetched } = said
  const dialog = await getDialog(ctx, staff, dialog_id)
  if (dialog.status === 'archived') throw refused(texts.isClosed)
  if (command) {
    const verb = VERBS[command.name]
    if (!verb) throw refused(texts.unknownCommand)
    await verb(ctx, staff, dialog_id)
    return
  }
  if (file && dialog.telegram_chat_id !== null) throw refused(texts.noFiles)
  if (file && !fetched?.attachments.length) throw refused(texts.fileLost)
  if (!file && text === '') throw refused(texts.onlyWords)
  await sayAsOperator(ctx, staff, { dialog_id, text, source_id: sourceOf(said), attachments: fetched?.attachments })
}

function refused(why: Texts): AppError {
  return new AppError('NOT_SENT', 409, why)
}

async function giveBack(ctx: TxContext, staff: Staff, dialog_id: number): Promise<void> {
  const dialog = await getDialog(ctx, staff, dialog_id)
  if (dialog.handoff_status === 'requested') await cancelHandoff(ctx, dialog)
  else await releaseDialog(ctx, staff, { dialog_id })
}
