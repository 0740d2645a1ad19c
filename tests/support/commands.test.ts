import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openShell } from '../cli/shell.ts'
import type { Message, Ticket } from './scene.ts'

const OWNER = 'owner@shop.ru'

test('tickets are listed, shown, answered and closed from the shell beside a running server', async () => {
  await using shell = openShell()
  await shell.run('setup', '--yes', '--email', OWNER, '--password-file', 'pw', '--assistant', 'Лавка')
  const server = await shell.serve()
  const post = async <T>(path: string, body: unknown, token = '') => {
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
    const answer = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await answer.json()) as T
  }
  const { access_token } = await post<{ access_token: string }>('/api/auth/login', {
    email: OWNER,
    password: 'Correct-1-horse',
  })
  const asked = { subject: 'Не приходят письма', message: 'Ни одного\u001b[2J за день', attachments: ['лог.txt'] }
  const { ticket_id } = await post<Ticket>('/api/support/ticket', asked, access_token)

  const waiting = await shell.run('ticket', 'list', '--unanswered', '--json')
  assert.deepEqual(
    waiting.json<Ticket[]>().map((one) => [one.ticket_id, one.owner_email]),
    [[ticket_id, OWNER]],
  )
  const shown = await shell.run('ticket', 'show', ticket_id)
  assert.match(shown.stdout, /Ни одного\[2J за день[\s\S]*лог\.txt/)

  shell.file('answer.txt', 'Проверьте\nпапку «Спам»\n')
  const said = await shell.run('ticket', 'answer', ticket_id, '--file', 'answer.txt', '--json')
  assert.deepEqual([said.code, said.json<Message>().status], [0, 'in_progress'])
  const talk = (await shell.run('ticket', 'show', ticket_id, '--json')).json<Ticket>()
  assert.deepEqual(talk.messages.map(({ message }) => message).slice(1), ['Проверьте\nпапку «Спам»'])
  assert.doesNotMatch(JSON.stringify(talk), /request_hash|idempotency_key|source_id|sha256/, 'the wire shape, no more')
  assert.equal((await shell.run('ticket', 'close', ticket_id, '--json')).json<Ticket>().status, 'closed')

  const wrong: [number, string[]][] = [
    [2, ['answer', ticket_id, 'x', '--file', 'answer.txt']],
    [3, ['answer', 'TICKET-2000-000001', 'x']],
  ]
  for (const [code, argv] of wrong) assert.equal((await shell.run('ticket', ...argv)).code, code, argv.join(' '))
  server.child.kill('SIGTERM')
  await server.ended
})
