import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp, until } from '../helpers/app.ts'
import { engines } from '../helpers/engines.ts'
import { aGuest, anAssistant, signUp } from '../helpers/people.ts'
import { openSse, typesOf } from '../helpers/sse.ts'

for (const engine of engines) {
  test(`a shop is told something, a visitor asks, and the answer arrives with its source (${engine})`, async () => {
    await using app = await startTestApp({ engine })
    const anna = await signUp(app, 'anna')
    const assistant = await anAssistant(app, anna)
    const form = new FormData()
    form.set(
      'file',
      new Blob(['# Возврат\n\nТовар можно вернуть в течение четырнадцати дней после покупки.']),
      'возврат.md',
    )
    form.set('assistant_id', String(assistant.id))
    const sent = await app.call<{ id: number }>('POST', '/api/documents/upload', { raw: form, token: anna.token })
    await until(
      async () =>
        (await anna.call<{ status: string }>('GET', `/api/documents/${sent.body.id}`)).body.status === 'completed',
    )

    const guest = await aGuest(app, assistant)
    const stream = await openSse(`${app.url}/api/widget/dialogs/${guest.dialog_id}/events`, {
      Authorization: `Bearer ${guest.token}`,
    })
    const fromDocument = await guest.answerTo((await guest.say('За сколько дней можно вернуть товар?')).body.id)
    assert.match(fromDocument.text, /четырнадцати дней/)
    assert.equal(fromDocument.sources[0]!.title, 'возврат')
    const fromPair = await guest.answerTo((await guest.say('Сколько стоит доставка в Казань?')).body.id)
    assert.equal(fromPair.text, 'Доставка в Казань стоит 390 рублей.')
    const unknown = await guest.answerTo((await guest.say('Кто написал роман «Идиот»?')).body.id)
    assert.equal(unknown.answered, false)
    await until(() => stream.events.filter((one) => one.id !== undefined).length === 6)
    assert.deepEqual(
      stream.events.flatMap((one) => one.id ?? []),
      [1, 2, 3, 4, 5, 6],
    )
    assert.equal(typesOf(stream)[0], 'connection.established')
    stream.close()

    const inbox = await anna.call<{ dialogs: { last_message: string }[]; total: number }>(
      'GET',
      '/api/dialogs?status=active&platform=website&handoff_status=none',
    )
    assert.deepEqual([inbox.body.total, inbox.body.dialogs[0]!.last_message], [1, unknown.text])
    assert.equal((await anna.call('GET', `/api/messages/${fromPair.id}/evidence`)).body.route, 'qa')
    const same = await Promise.all([1, 2, 3].map(() => guest.say('Повтор', 'same-id')))
    assert.equal(new Set(same.map((one) => one.body.id)).size, 1)
    await anna.call('POST', '/api/auth/logout')
    assert.equal((await anna.call('GET', '/api/users/me')).status, 401)
  })
}
