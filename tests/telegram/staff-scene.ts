import { inTransaction } from '../../src/db/database.ts'
import { type Dialog, getDialog, openDialog } from '../../src/dialogs/dialogs.ts'
import { requestHandoff } from '../../src/handoff/request.ts'
import { addOperator } from '../../src/operators/operators.ts'
import { makeCode } from '../../src/telegram/codes.ts'
import { staffOf } from '../../src/users/users.ts'
import { until } from '../helpers/app.ts'
import { type Chat, person } from '../helpers/fake-telegram.ts'
import type { Scene } from './scene.ts'

export const GROUP: Chat = { id: -100_777, type: 'supergroup', title: 'Смена' }
/** The Telegram accounts of the people in the scene. */
export const ANNA = 41
export const BORIS = 42
export const STRANGER = 43

/** What was said in the group, in order: in a topic or, without a number, in all of it. */
export function inGroup({ fake }: Scene, thread_id?: number): string[] {
  return fake
    .sent()
    .filter((call) => call.args.chat_id === String(GROUP.id))
    .filter((call) => thread_id === undefined || call.args.message_thread_id === thread_id)
    .map((call) => String(call.args.text))
}

/** Somebody writes in the group, in a topic of it or in «General»; answers the message's number. */
export function writeIn(
  scene: Scene,
  from: number,
  text: string | Record<string, unknown>,
  thread_id?: number,
): number {
  const said = typeof text === 'string' ? { text } : text
  const thread = thread_id === undefined ? {} : { message_thread_id: thread_id, is_topic_message: true }
  return scene.fake.write(scene.token, from, { chat: GROUP, from: person(from), ...thread, ...said })
}

/** Makes the group the staff's, as an owner does. */
export async function linkGroup(scene: Scene, chat: Chat = GROUP): Promise<void> {
  const { id } = scene.owner
  const { code } = await makeCode(scene.ctx, { tenant_id: id, purpose: 'group', subject_id: id })
  scene.fake.forum(chat.id).title = chat.title ?? ''
  scene.fake.write(scene.token, ANNA, { chat, text: `/link ${code}` })
  await until(async () => (await groupOf(scene))?.chat_id === String(chat.id))
}

/** An operator of the shop whose Telegram is linked. */
export async function aLinkedOperator(scene: Scene, name: string, telegram_id: number) {
  const email = `${name}@example.com`
  const { operator } = await addOperator(scene.ctx, scene.owner.id, { email, name, password: 'correct horse 1' })
  const of = { tenant_id: scene.owner.id, purpose: 'operator' as const, subject_id: operator.id }
  const { code } = await makeCode(scene.ctx, of)
  scene.fake.write(scene.token, telegram_id, `/link ${code}`)
  await until(() => scene.heard(telegram_id).some((text) => text.includes(name)))
  return staffOf(operator)
}

export function groupOf({ ctx, owner }: Scene) {
  return ctx.db.selectFrom('telegram_groups').selectAll().where('tenant_id', '=', owner.id).executeTakeFirst()
}

/** A visitor of the site who waits for a human. */
export async function aWaitingVisitor(scene: Scene, guest_id = 'guest_1', text = 'Где мой заказ?'): Promise<Dialog> {
  const { ctx, owner, assistant } = scene
  const visitor = { kind: 'visitor' as const, tenant_id: owner.id, assistant_id: assistant.id, guest_id }
  const { dialog } = await openDialog(ctx, visitor, {
    platform: 'website',
    locale: 'ru',
    page_url: 'https://shop.example/cart',
    page_title: 'Корзина',
  })
  await visitorSays(scene, dialog, text)
  await requestHandoff(ctx, dialog, { reason: 'manual', by: 'visitor' })
  return now(scene, dialog)
}

export async function visitorSays({ ctx }: Scene, dialog: Dialog, text: string): Promise<void> {
  const { sayAsVisitor } = await import('../../src/dialogs/messages.ts')
  await inTransaction(ctx, (ctx) => sayAsVisitor(ctx, dialog, { text, client_message_id: `${Math.random()}`.slice(2) }))
}

export function now({ ctx }: Scene, { id, tenant_id }: Dialog): Promise<Dialog> {
  return getDialog(ctx, { tenant_id, is_admin: false }, id)
}

/** The topic of a dialog, once its card is there. */
export async function topicOf({ ctx }: Scene, { id }: Pick<Dialog, 'id'>) {
  return until(async () => {
    const topic = await ctx.db.selectFrom('telegram_topics').selectAll().where('dialog_id', '=', id).executeTakeFirst()
    return topic?.card_id ? { ...topic, thread_id: Number(topic.thread_id) } : undefined
  })
}

/** Presses the button of a dialog's card; answers the number of the press. */
export function pressTake(scene: Scene, from: number, dialog_id: number): string {
  return scene.fake.press(scene.token, { from: person(from), chat: GROUP, data: `take:${dialog_id}` })
}

/** What the person who pressed was told. */
export async function toldTo({ fake }: Scene, press: string): Promise<string> {
  const answer = await until(() => fake.sent('answerCallbackQuery').find((one) => one.args.callback_query_id === press))
  return String(answer.args.text)
}
