import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp, until } from '../helpers/app.ts'
import { aGuest, anAssistant, signUp } from '../helpers/people.ts'
import { postgresPrograms, startPostgres } from '../helpers/real-postgres.ts'
import { openSse } from '../helpers/sse.ts'

const skip = postgresPrograms ? false : 'no Postgres server is installed here (CI installs one)'

test('two nodes on one Postgres are one appliance: a message to one is streamed by the other, and answered once', {
  skip,
}, async () => {
  await using postgres = await startPostgres()
  await using one = await startTestApp({ flags: { database_url: postgres.url } })
  await using two = await startTestApp({ flags: { database_url: postgres.url, data_dir: one.folder } })
  const anna = await signUp(one, 'anna')
  const assistant = await anAssistant(one, anna)
  const guest = await aGuest(one, assistant)
  const elsewhere = await openSse(`${two.url}/api/widget/dialogs/${guest.dialog_id}/events`, {
    Authorization: `Bearer ${guest.token}`,
  })
  assert.equal(elsewhere.status, 200)
  const questions = 12
  const said = await Promise.all(
    Array.from({ length: questions }, (_, i) =>
      (i % 2 ? one : two).call<{ id: number }>('POST', `/api/widget/dialogs/${guest.dialog_id}/messages`, {
        token: guest.token,
        body: { text: 'Сколько стоит доставка в Казань?', client_message_id: `q${i}` },
      }),
    ),
  )
  assert.deepEqual(new Set(said.map((answer) => answer.status)), new Set([201]))
  await until(
    async () => (await guest.messages()).filter((message) => message.sender === 'assistant').length === questions,
    20_000,
  )
  await until(() => elsewhere.events.filter((event) => event.id !== undefined).length >= questions * 2)
  assert.deepEqual(
    elsewhere.events.flatMap((event) => event.id ?? []),
    Array.from({ length: questions * 2 }, (_, i) => i + 1),
  )
  const answered = (await guest.messages()).flatMap((message) => message.reply_to ?? [])
  assert.equal(new Set(answered).size, questions)
  assert.equal((await two.call('GET', '/api/users/me', { token: anna.token })).status, 200)
  await one.call('POST', '/api/auth/logout', { token: anna.token })
  assert.equal((await two.call('GET', '/api/users/me', { token: anna.token })).status, 401)
  elsewhere.close()
})
