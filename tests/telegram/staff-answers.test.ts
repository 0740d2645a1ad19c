import assert from 'node:assert/strict'
import { takeDialog } from '../../src/handoff/take.ts'
import { until } from '../helpers/app.ts'
import { eachScene } from './scene.ts'
import {
  ANNA,
  aLinkedOperator,
  aWaitingVisitor,
  BORIS,
  inGroup,
  linkGroup,
  now,
  pressTake,
  toldTo,
  topicOf,
  visitorSays,
  writeIn,
} from './staff-scene.ts'

eachScene('a visitor who waits becomes a topic with a card; whoever takes it there answers there', async (scene) => {
  await scene.start()
  await linkGroup(scene)
  await aLinkedOperator(scene, 'Анна', ANNA)
  const dialog = await aWaitingVisitor(scene)
  const { thread_id } = await topicOf(scene, dialog)
  const [card] = inGroup(scene, thread_id)
  assert.match(card!, /Ждёт оператора[\s\S]*Корзина[\s\S]*https:\/\/shop\.example\/cart[\s\S]*Где мой заказ\?/)

  const button = { text: 'Взять диалог', callback_data: `take:${dialog.id}` }
  const cards = () => scene.fake.calls.filter((one) => one.args.reply_markup)
  assert.deepEqual(cards().at(-1)?.args.reply_markup, { inline_keyboard: [[button]] })

  assert.match(await toldTo(scene, pressTake(scene, ANNA, dialog.id)), /Диалог ваш/)
  assert.equal((await now(scene, dialog)).handoff_operator_name, 'Анна')
  await until(() => scene.fake.sent('editMessageText').some((one) => /ведёт Анна/.test(String(one.args.text))))

  assert.deepEqual(cards().at(-1)?.args.reply_markup, { inline_keyboard: [] })

  writeIn(scene, ANNA, 'Уже в пути', thread_id)
  await until(async () => (await scene.stored()).some((one) => one.sender === 'operator' && one.text === 'Уже в пути'))
  await visitorSays(scene, dialog, 'Спасибо <b>большое</b>')
  await until(() => inGroup(scene, thread_id).some((text) => text.includes('Спасибо &lt;b&gt;большое&lt;/b&gt;')))
  assert.ok(!inGroup(scene, thread_id).some((text) => text.includes('Уже в пути')), 'no echo of what was said there')

  writeIn(scene, ANNA, '/ai', thread_id)
  await until(async () => (await now(scene, dialog)).handoff_status === 'released')
  await until(() => inGroup(scene, thread_id).some((text) => /Снова отвечает ассистент/.test(text)))
  await until(() => scene.fake.forum(-100_777).topics.get(thread_id)?.is_open === false)
})

eachScene(
  'of those who take a dialog at once, in Telegram and by the API, one gets it and the others learn who',
  async (scene) => {
    await scene.start()
    await linkGroup(scene)
    await aLinkedOperator(scene, 'Анна', ANNA)
    const boris = await aLinkedOperator(scene, 'Борис', BORIS)
    const dialog = await aWaitingVisitor(scene)
    await topicOf(scene, dialog)
    const press = pressTake(scene, ANNA, dialog.id)
    const byApi = takeDialog(scene.ctx, boris, { dialog_id: dialog.id, strict: true }).then(
      () => 'Борис',
      (error) => error.details.operator_name as string,
    )
    const told = await toldTo(scene, press)
    const winner = (await now(scene, dialog)).handoff_operator_name
    assert.equal(await byApi, winner)
    assert.match(told, winner === 'Анна' ? /Диалог ваш/ : /уже ведёт Борис/)
  },
)
