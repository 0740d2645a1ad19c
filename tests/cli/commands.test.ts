import assert from 'node:assert/strict'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openShell, PASSWORD, preparedShell } from './shell.ts'

test('setup prepares an empty folder without a question, and a second run changes nothing', async () => {
  await using shell = openShell()
  const argv = ['setup', '--yes', '--email', 'owner@shop.ru', '--password-file', 'pw', '--locale', 'en', '--json']

  const first = await shell.run(...argv)
  const files = ['config.toml', 'secret.key'].map((name) => readFileSync(join(shell.folder, 'data', name), 'utf8'))
  const second = await shell.run(...argv)

  assert.deepEqual([first.code, second.code], [0, 0])
  assert.deepEqual(first.json().admin, { id: 1, email: 'owner@shop.ru' })
  assert.deepEqual([first.json().changed, second.json().changed], [true, false])
  assert.deepEqual(
    ['config.toml', 'secret.key'].map((name) => readFileSync(join(shell.folder, 'data', name), 'utf8')),
    files,
  )
  assert.equal(statSync(join(shell.folder, 'data/secret.key')).mode & 0o777, 0o600)
  assert.ok(!`${first.stdout}${first.stderr}`.includes(PASSWORD))
})

test('setup without a terminal names the flag that is missing and does not hang', async () => {
  await using shell = openShell()
  const noEmail = await shell.run('setup')
  const noPassword = await shell.run('setup', '--email', 'owner@shop.ru')
  assert.deepEqual([noEmail.code, noPassword.code], [2, 2])
  assert.match(noEmail.stderr, /--email/)
  assert.match(noPassword.stderr, /--password-file/)
})

test('setup with --yes makes up a password, shows it once, and it is a good one', async () => {
  await using shell = openShell({ REPLYX_SETUP_EMAIL: 'owner@shop.ru' })
  const first = await shell.run('setup', '--yes', '--json')
  const second = await shell.run('setup', '--yes', '--json')
  assert.match(String(first.json().password), /^(\w{4}-){3}\w{4}$/)
  assert.equal(second.json().password, undefined)
})

test('wrong usage is 2, what is not there 3, what is refused 4, and none shows a stack', async () => {
  await using shell = await preparedShell()
  const expected: [number, string[]][] = [
    [2, ['bogus']],
    [2, ['user', 'add', '--bogus']],
    [2, ['user', 'add', '--password-file', 'pw']],
    [2, ['knowledge', 'remove', '1']],
    [3, ['user', 'show', 'nobody@shop.ru']],
    [3, ['ask', '--assistant', '99', 'Где?']],
    [4, ['user', 'add', '--email', 'OWNER@shop.ru', '--password-file', 'pw']],
    [4, ['user', 'delete', 'owner@shop.ru', '--yes']],
    [69, ['status']],
  ]
  for (const [code, argv] of expected) {
    const ran = await shell.run(...argv)
    assert.equal(ran.code, code, argv.join(' '))
    assert.ok(!/\n\s+at /.test(ran.stderr), argv.join(' '))
  }
})

test('a refusal is an error envelope with --json', async () => {
  await using shell = await preparedShell()
  const ran = await shell.run('assistant', 'add', '--owner', 'nobody@shop.ru', '--name', 'Н', '--json')
  assert.equal((ran.json().error as { code: string }).code, 'NOT_FOUND')
})

test('accounts are added, blocked, unblocked and deleted in exact JSON forms', async () => {
  await using shell = await preparedShell()
  const added = await shell.run(
    'user',
    'add',
    '--email',
    'anna@shop.ru',
    '--password-file',
    'pw',
    '--name',
    'Анна',
    '--json',
  )
  assert.deepEqual(added.json(), { id: 2, email: 'anna@shop.ru', is_admin: false })
  const blocked = await shell.run('user', 'block', 'anna@shop.ru', '--yes', '--json')
  assert.deepEqual(blocked.json(), { id: 2, email: 'anna@shop.ru', is_blocked: true })
  const unblocked = await shell.run('user', 'unblock', '2', '--yes', '--json')
  assert.deepEqual(unblocked.json(), { id: 2, email: 'anna@shop.ru', is_blocked: false })
  assert.equal((await shell.run('user', 'delete', '2', '--yes')).code, 0)
  assert.equal((await shell.run('user', 'show', '2')).code, 3)
})

test('imported lines answer questions, bad lines are listed with their number, and the export reads back', async () => {
  await using shell = await preparedShell()
  const pair = { id: 'q1', question: 'Где вы находитесь?', answer: 'Москва, Тверская 1', tags: ['адрес'] }
  const text = { id: 't1', title: 'Доставка', text: 'Доставка по Москве стоит 300 рублей.' }
  shell.file('in.jsonl', [JSON.stringify(text), 'plain', JSON.stringify(pair), '{"id":"z"}'].join('\n'))

  const imported = await shell.run('knowledge', 'import', '--assistant', '1', 'in.jsonl', '--json')
  assert.equal(imported.code, 1)
  const { failed, ...counts } = imported.json<{ failed: { line: number }[] }>()
  assert.deepEqual(counts, { added: 2, chunks: 2 })
  assert.deepEqual(
    failed.map((one) => one.line),
    [2, 4],
  )

  const asked = await shell.run('ask', '--assistant', '1', 'сколько стоит доставка по Москве', '--top', '1', '--json')
  const { answered, route, sources, ...rest } = asked.json<{ answered: boolean; route: string; sources: object[] }>()
  assert.deepEqual([answered, route, sources.length], [true, 'builtin', 1])
  assert.deepEqual(Object.keys(sources[0]!), ['external_id', 'document_id', 'title', 'text', 'score'])
  assert.deepEqual(Object.keys(rest), ['answer', 'confidence', 'ms'])

  shell.file('q.txt', 'Где вы находитесь?\nkwyjibo zorg\n')
  const many = await shell.run('ask', '--assistant', '1', '--file', 'q.txt')
  const lines = many.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map((line) => [line.answered, line.route]),
    [
      [true, 'qa'],
      [false, 'builtin'],
    ],
  )

  const exported = await shell.run('knowledge', 'export', '--assistant', '1')
  assert.deepEqual(exported.json(), pair)
})

test('a folder is added whole: hidden files are skipped, a broken one is listed and the rest goes on', async () => {
  await using shell = await preparedShell()
  shell.file('docs/hours.md', '# Часы\n\nМы работаем с 9 до 18 каждый день.')
  shell.file('docs/sub/empty.txt', '')
  shell.file('docs/.hidden/secret.md', 'Тайна')
  const added = await shell.run('knowledge', 'add', '--assistant', '1', 'docs', '--json')
  assert.equal(added.code, 1)
  assert.deepEqual(added.json(), {
    added: 1,
    chunks: 1,
    failed: [{ file: 'docs/sub/empty.txt', reason: 'Файл пуст.' }],
  })
})

test('a provider key comes from a file and is shown only as a hint', async () => {
  await using shell = await preparedShell()
  const key = 'sk-test-1234567890abcdef'
  shell.file('key', `${key}\n`)
  const argv = [
    'token',
    'add',
    '--name',
    'К',
    '--models',
    'gpt-4o',
    '--base-url',
    'http://127.0.0.1:9/v1',
    '--token-file',
    'key',
  ]
  const added = await shell.run(...argv, '--json')
  const listed = await shell.run('token', 'list', '--json')
  assert.deepEqual([added.code, listed.code], [0, 0])
  assert.ok(![added, listed].some(({ stdout, stderr }) => `${stdout}${stderr}`.includes(key)))
})

test('config set keeps comments, refuses what is wrong, and takes secrets from no argument', async () => {
  await using shell = openShell()
  const path = shell.file('data/config.toml', '# наш сервер\nlocale = "ru" # язык\n\n[limits]\nlogin = "5/5m" # вход\n')
  assert.equal((await shell.run('config', 'set', 'limits.login', '9/5m', 'public_url', 'https://chat.shop.ru')).code, 0)
  const written =
    '# наш сервер\nlocale = "ru" # язык\n\npublic_url = "https://chat.shop.ru"\n[limits]\nlogin = "9/5m" # вход\n'
  assert.equal(readFileSync(path, 'utf8'), written)
  assert.equal((await shell.run('config', 'set', 'port', 'eighty')).code, 2)
  assert.equal((await shell.run('config', 'set', 'smtp.from', 'a@shop.ru', 'smtp.url', 'smtp://u:pw@h')).code, 2)
  assert.equal(readFileSync(path, 'utf8'), written)
  writeFileSync(join(shell.folder, 'smtp'), 'smtp://u:hidden-pw@127.0.0.1')
  assert.equal((await shell.run('config', 'set', 'smtp.from', 'a@shop.ru', 'smtp.url', '--value-file', 'smtp')).code, 0)
  assert.ok(!(await shell.run('config', 'list', '--json')).stdout.includes('hidden-pw'))
})

test('doctor finds a key that others can read, and says so in its JSON form', async () => {
  await using shell = await preparedShell()
  const well = (await shell.run('doctor', '--json')).json<{ ok: boolean; checks: { name: string; status: string }[] }>()
  assert.equal(well.ok, true)
  chmodSync(join(shell.folder, 'data/secret.key'), 0o644)
  const ill = await shell.run('doctor', '--json')
  assert.equal(ill.code, 1)
  const found = ill.json<typeof well>().checks.filter(({ status }) => status === 'fail')
  assert.deepEqual(
    found.map(({ name }) => name),
    ['secret_key'],
  )
})
