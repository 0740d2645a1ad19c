import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTransaction } from '../../src/db/database.ts'
import { retryLetter, tidyOutbox, wakeOutbox } from '../../src/email/outbox.ts'
import { noteBroken } from '../../src/email/send.ts'
import { writeLetter } from '../../src/email/write.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/lib/time.ts'
import { openSmtp } from '../../src/outside/smtp.ts'
import { until } from '../helpers/app.ts'
import { engines } from '../helpers/engines.ts'
import { headersOf, openMailbox } from '../helpers/mailbox.ts'
import { aMailApp, type MailApp, messageId, NOTE, write } from './scene.ts'

/** The only letter there is. */
const row = (app: MailApp) => app.ctx.db.selectFrom('email_outbox').selectAll().executeTakeFirstOrThrow()

for (const engine of engines) {
  test(`a busy server gets the letter later, by growing rests and once, whatever the number of tries (${engine})`, async () => {
    await using mailbox = await openMailbox()
    mailbox.behave = ({ offered }) => (offered < 4 ? 'busy' : 'take')
    await using app = await aMailApp(mailbox, { engine })
    await write(app.ctx, NOTE)
    await app.pass(0)
    for (const [rest, tries] of [
      [9 * SECOND, 1],
      [SECOND, 2],
      [30 * SECOND, 3],
      [MINUTE, 4],
    ] as const) {
      await app.pass(rest)
      assert.equal(mailbox.offered, tries)
    }
    assert.deepEqual(
      (await app.letters()).map(({ state, reason }) => [state, reason]),
      [['sent', null]],
    )
    await app.pass(DAY)
    assert.equal(mailbox.letters.length, 1)
  })

  test(`a mailbox that does not exist fails at once, with the server's words, and is left alone (${engine})`, async () => {
    await using mailbox = await openMailbox()
    mailbox.unknown.add('anna@example.com')
    await using app = await aMailApp(mailbox, { engine })
    await write(app.ctx, NOTE)
    await app.pass(0)
    const [letter] = await app.letters()
    assert.deepEqual([letter?.state, letter?.reason], ['failed', 'refused'])
    assert.match(letter?.detail ?? '', /550 5\.1\.1 no such user/)
    assert.equal(await app.ctx.db.selectFrom('tasks').select('id').executeTakeFirst(), undefined)
    mailbox.unknown.clear()
    await retryLetter(app.ctx, letter?.id ?? 0)
    await app.pass(0)
    assert.equal(mailbox.letters.length, 1)
  })
}

test('a letter the server does not like fails at once', async () => {
  await using mailbox = await openMailbox()
  mailbox.behave = () => 'refuse'
  await using app = await aMailApp(mailbox)
  await write(app.ctx, NOTE)
  await app.pass(0)
  const [letter] = await app.letters()
  assert.deepEqual([letter?.state, letter?.reason, mailbox.offered], ['failed', 'refused', 1])
})

for (const does of ['lost', 'silent'] as const)
  test(`of a letter whose answer was lost (${does}) one more copy goes out, with the same Message-ID, and never a third`, async () => {
    await using mailbox = await openMailbox()
    mailbox.behave = () => does
    await using app = await aMailApp(mailbox, { patience: 300 })
    await write(app.ctx, NOTE)
    for (const rest of [0, 10 * SECOND]) await app.pass(rest)
    const [letter] = await app.letters()
    assert.deepEqual([letter?.state, letter?.reason], ['failed', 'unanswered'])
    for (const rest of [MINUTE, HOUR, 5 * HOUR]) await app.pass(rest)
    assert.equal(mailbox.letters.length, 2)
    assert.equal(new Set(mailbox.letters.map(messageId)).size, 1)
  })

test('the copy that a lost answer costs is the last one once the server answers', async () => {
  await using mailbox = await openMailbox()
  mailbox.behave = ({ offered }) => (offered === 1 ? 'lost' : offered === 2 ? 'busy' : 'take')
  await using app = await aMailApp(mailbox)
  await write(app.ctx, NOTE)
  for (const rest of [0, 10 * SECOND, 30 * SECOND]) await app.pass(rest)
  assert.deepEqual([mailbox.letters.length, (await app.letters())[0]?.state], [2, 'sent'])
})

test('a wrong password is tried slowly, said to the admin, and never loses a letter that a start with the right one sends', async () => {
  await using mailbox = await openMailbox()
  mailbox.password = 'right'
  const url = mailbox.url.replace('//', '//shop:wrong@')
  await using app = await aMailApp({ url })
  await write(app.ctx, NOTE)
  await app.pass(0)
  await app.pass(4 * MINUTE)
  const [letter] = await app.letters()
  assert.deepEqual([letter?.state, letter?.reason], ['waiting', 'login'])
  assert.match(letter?.detail ?? '', /535/)
  assert.equal((await row(app)).attempts, 1, 'some servers shut out who tries too often')
  assert.equal(app.logged.join('').includes('shop:wrong'), false)
  mailbox.password = 'wrong'
  await wakeOutbox(app.ctx)
  await app.pass(0)
  assert.equal(mailbox.letters.length, 1)
})

test('of a letter whose fate two kills left unknown no third copy goes out', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox)
  app.ctx.outside.smtp = undefined
  await write(app.ctx, NOTE)
  await app.pass(0)
  await app.ctx.db.updateTable('email_outbox').set({ unanswered: 2 }).execute()
  app.ctx.outside.smtp = openSmtp({ url: mailbox.url, from: 'shop@example.com' })
  await wakeOutbox(app.ctx)
  await app.pass(0)
  assert.deepEqual([mailbox.offered, (await row(app)).reason], [0, 'unanswered'])
})

test('a letter sent again by hand is tried in its new turn only, and the end of an old one does not end it', async () => {
  await using mailbox = await openMailbox()
  mailbox.behave = () => 'busy'
  await using app = await aMailApp(mailbox)
  await write(app.ctx, NOTE)
  await app.pass(0)
  const { id: letter_id } = await row(app)
  await retryLetter(app.ctx, letter_id)
  await app.pass(0)
  await app.pass(10 * SECOND)
  assert.equal(mailbox.offered, 3)
  const { turn } = await row(app)
  await noteBroken(app.ctx, { letter_id, turn: turn - 1 }, new Error('an old one'))
  assert.equal((await row(app)).state, 'waiting')
  await noteBroken(app.ctx, { letter_id, turn }, new Error('this one'))
  assert.deepEqual([(await row(app)).state, (await row(app)).reason], ['failed', 'broken'])
})

test('a sender the server does not allow is our setting, not the mailbox: the letter is kept', async () => {
  await using mailbox = await openMailbox()
  mailbox.banned.add('shop@example.com')
  await using app = await aMailApp(mailbox)
  await write(app.ctx, NOTE)
  await app.pass(0)
  assert.deepEqual(
    (await app.letters()).map(({ state, reason }) => [state, reason]),
    [['waiting', 'sender']],
  )
})

test('a server that cannot be reached for a day ends the letter, with the reason', async () => {
  await using app = await aMailApp({ url: 'smtp://127.0.0.1:9' })
  await write(app.ctx, NOTE)
  for (let hours = 0; hours < 26; hours++) await app.pass(HOUR)
  const [letter] = await app.letters()
  assert.deepEqual([letter?.state, letter?.reason], ['failed', 'unreachable'])
})

test('without a mail server letters lie in the outbox, and go out at the first start with one unless a day is over', async () => {
  await using app = await aMailApp(undefined)
  await write(app.ctx, NOTE)
  await app.pass(20 * HOUR)
  await write(app.ctx, { ...NOTE, to: 'boris@example.com' })
  await app.pass(5 * HOUR)
  assert.deepEqual(
    (await app.letters()).map(({ state, reason }) => [state, reason]),
    [
      ['failed', 'no_smtp'],
      ['waiting', 'no_smtp'],
    ],
  )
  await using mailbox = await openMailbox()
  app.ctx.outside.smtp = openSmtp({ url: mailbox.url, from: 'shop@example.com' })
  await wakeOutbox(app.ctx)
  await app.pass(0)
  assert.match(headersOf(await until(() => mailbox.letters[0])), /to: boris@example\.com/i)
  assert.equal(mailbox.letters.length, 1)
})

test('one occasion is one letter, and what was undone was never written', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox)
  const both = [await write(app.ctx, { ...NOTE, once: 'a' }), await write(app.ctx, { ...NOTE, once: 'a' })]
  assert.deepEqual(both, [true, false])
  const undone = inTransaction(app.ctx, async (ctx) => {
    await writeLetter(ctx, { ...NOTE, tenant_id: 1, locale: 'ru' })
    throw new Error('undone')
  })
  await assert.rejects(undone)
  await app.pass(0)
  assert.equal(mailbox.letters.length, 1)
})

test('what letters say is sealed, codes are forgotten when sent, the rest after thirty days', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox)
  await write(app.ctx, { kind: 'confirm', to: 'anna@example.com', data: { code: '271828' } })
  await write(app.ctx, { ...NOTE, data: { host: 'canary-314159' } })
  const rows = JSON.stringify(await app.ctx.db.selectFrom('email_outbox').selectAll().execute())
  assert.equal(/271828|314159/.test(rows), false)
  await app.pass(0)
  assert.deepEqual(
    (await app.letters()).map(({ state, sealed }) => [state, sealed !== null]),
    [
      ['sent', false],
      ['sent', true],
    ],
  )
  await app.pass(31 * DAY)
  await tidyOutbox(app.ctx)
  assert.equal((await app.letters())[1]?.sealed, null)
  await app.pass(60 * DAY)
  await tidyOutbox(app.ctx)
  assert.deepEqual(await app.letters(), [])
})

test('a code that came too late is not sent, and not by hand either', async () => {
  await using app = await aMailApp({ url: 'smtp://127.0.0.1:9' })
  await write(app.ctx, { kind: 'confirm', to: 'anna@example.com', data: { code: '271828' } })
  await app.pass(0)
  await app.pass(16 * MINUTE)
  const [letter] = await app.letters()
  assert.equal(letter?.state, 'failed')
  await assert.rejects(retryLetter(app.ctx, letter?.id ?? 0), { code: 'LETTER_ENDED' })
})
