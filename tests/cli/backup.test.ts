import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PASSWORD, preparedShell } from './shell.ts'

test('an admin backs up a running server, verifies, restores on an empty folder and starts it there', async () => {
  await using shell = await preparedShell()
  shell.file('pass', 'верная лошадь\n')
  const faq = shell.file('faq/delivery.md', '# Доставка\n\nДоставка в Казань стоит 390 рублей.\n')
  await shell.run('knowledge', 'add', '--assistant', '1', faq)
  const server = await shell.serve()
  const made = await shell.run('backup', 'create', '--to', 'b.sealed', '--passphrase-file', 'pass', '--json')
  assert.equal(made.code, 0, made.stderr)
  assert.deepEqual(
    [made.json().sealed, made.json().has_key, made.json<{ counts: { documents: number } }>().counts.documents],
    [true, true, 1],
  )
  server.child.kill('SIGTERM')
  await server.ended

  const verified = await shell.run('backup', 'verify', 'b.sealed', '--passphrase-file', 'pass', '--json')
  assert.deepEqual([verified.code, verified.json().ok], [0, true])
  const asked = await shell.run('backup', 'verify', 'b.sealed', '--json')
  assert.deepEqual([asked.code, asked.json<{ error: { code: string } }>().error.code], [4, 'BACKUP_PASSPHRASE_NEEDED'])
  const nothing = await shell.run('backup', 'verify', 'nowhere', '--json')
  assert.equal(nothing.code, 3)

  const restored = await shell.run('restore', 'b.sealed', '--passphrase-file', 'pass', '--data-dir', 'data2', '--json')
  assert.deepEqual([restored.code, restored.json().key], [0, 'fits'])
  const answer = await shell.run(
    'ask',
    '--data-dir',
    'data2',
    '--assistant',
    '1',
    'Сколько стоит доставка в Казань?',
    '--json',
  )
  assert.match(String(answer.json().answer), /390/)
  const again = await shell.run('restore', 'b.sealed', '--passphrase-file', 'pass', '--data-dir', 'data2', '--json')
  assert.deepEqual([again.code, again.json<{ error: { code: string } }>().error.code], [4, 'DATA_FOLDER_IN_USE'])
})

test('a running server is not restored over, and status and doctor say how old the last backup is', async () => {
  await using shell = await preparedShell()
  await shell.run('backup', 'create', '--json')
  const listed = (await shell.run('backup', 'list', '--json')).json<{ file: string }[]>()
  assert.equal(listed.length, 1)
  const server = await shell.serve()
  const refused = await shell.run('restore', listed[0]!.file, '--force', '--json')
  assert.deepEqual([refused.code, refused.json<{ error: { code: string } }>().error.code], [4, 'ALREADY_RUNNING'])
  const login = await fetch(`${server.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: 'owner@shop.ru', password: PASSWORD }),
  })
  assert.equal(login.status, 200)
  const status = (await shell.run('status', '--json')).json<{
    backup: { last_at: string | null; last_failure: null }
  }>()
  assert.ok(status.backup.last_at && status.backup.last_failure === null)
  const doctor = (await shell.run('doctor', '--json')).json<{ checks: { name: string; status: string }[] }>()
  assert.equal(doctor.checks.find(({ name }) => name === 'backups')?.status, 'ok')
  assert.ok(
    existsSync(join(shell.folder, 'data', 'backups')) &&
      readdirSync(join(shell.folder, 'data', 'backups')).length === 1,
  )
})
