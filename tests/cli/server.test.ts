import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preparedShell } from './shell.ts'

const HELD = 10_000

test('a server says when it is ready, refuses a second one on its folder, and ends within ten seconds of SIGTERM', async () => {
  await using shell = await preparedShell()
  const server = await shell.serve()
  assert.equal((await fetch(`${server.url}/api/system/health`)).status, 200)
  const status = await shell.run('status', '--json')
  assert.deepEqual([status.code, status.json().running, status.json().url], [0, true, server.url])

  const second = await shell.run('start')
  assert.equal(second.code, 4)
  assert.equal(second.stderr.trim().split('\n').length, 1)

  const begun = performance.now()
  server.child.kill('SIGTERM')
  assert.equal(await server.ended, 0)
  assert.ok(performance.now() - begun < HELD)
  assert.equal((await shell.run('status')).code, 69)
})

test('a server that was killed starts again, and files added meanwhile are read by whoever works', async () => {
  await using shell = await preparedShell()
  const first = await shell.serve()
  first.child.kill('SIGKILL')
  await first.ended
  assert.equal((await shell.run('status')).code, 69)
  const again = await shell.serve()
  shell.file('hours.md', '# Часы\n\nМы работаем с 9 до 18 каждый день.')
  const added = await shell.run('knowledge', 'add', '--assistant', '1', 'hours.md', '--json')
  assert.deepEqual([added.code, added.json().added], [0, 1])
  again.child.kill('SIGTERM')
  assert.equal(await again.ended, 0)
})

test('a server is stopped from the shell, and stopping none is no failure', async () => {
  await using shell = await preparedShell()
  const server = await shell.serve()
  const stopped = await shell.run('stop', '--json')
  assert.deepEqual([stopped.code, stopped.json()], [0, { stopped: true }])
  assert.equal(await server.ended, 0)
  const again = await shell.run('stop')
  assert.deepEqual([again.code, again.stdout.trim()], [0, 'Сервер и так не работает'])
})
