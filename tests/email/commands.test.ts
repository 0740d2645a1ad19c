import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openShell } from '../cli/shell.ts'
import { openMailbox } from '../helpers/mailbox.ts'
import { post } from '../helpers/real-server.ts'
import { samples } from './samples.ts'

test('the admin sees at the shell what failed and why, reads it, sends it again, and tries the mail server', async () => {
  await using mailbox = await openMailbox()
  mailbox.unknown.add('boss@example.com')
  await using shell = openShell({ REPLYX_SMTP_URL: mailbox.url, REPLYX_SMTP_FROM: 'shop@example.com' })
  await shell.run('user', 'add', '--email', 'boss@example.com', '--password-file', 'pw', '--admin')
  const server = await shell.serve()
  await post(server, '/api/email/contact-form', { ...samples.contact, message: 'строка\u001b[31m красная' }, {})
  const failed = async () =>
    (await shell.run('email', 'outbox', '--failed', '--json')).json<{ id: number; detail: string }[]>()
  let found = await failed()
  for (let tries = 0; found.length === 0 && tries < 20; tries++) found = await failed()
  assert.match(found[0]?.detail ?? '', /550 5\.1\.1 no such user/)
  assert.match((await shell.run('status')).stdout, /Письма\s+ждут 0, не ушло 1/)
  const doctor = (await shell.run('doctor', '--json')).json<{
    checks: { name: string; status: string; message: string }[]
  }>()
  const check = doctor.checks.find(({ name }) => name === 'email')
  assert.deepEqual([check?.status, /не ушло 1/.test(check?.message ?? '')], ['warn', true])
  const id = String(found[0]?.id)
  const read = await shell.run('email', 'show', id)
  assert.match(read.stdout, /Вопрос по тарифам[\s\S]*строка.*красная/)
  assert.equal(read.stdout.includes('\u001b['), false)
  mailbox.unknown.clear()
  assert.equal((await shell.run('email', 'retry', '--failed')).code, 0)
  assert.equal(mailbox.letters.length, 1)
  assert.equal((await shell.run('email', 'retry', id)).code, 4, 'it went out')
  const tried = await shell.run('email', 'test', 'you@example.com')
  assert.deepEqual([tried.code, mailbox.letters.length], [0, 2])
})
