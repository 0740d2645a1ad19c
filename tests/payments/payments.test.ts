import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp } from '../helpers/app.ts'
import { anAssistant, signUp } from '../helpers/people.ts'
import { aShop, type Created } from './scene.ts'

const CREATE = '/api/payments/create'

test('a payment is opened at the bank in kopecks under a number nobody can guess, and is worth nothing yet', async () => {
  await using shop = await aShop({ flags: { public_url: 'https://shop.example' } })
  const body = { amount: 1999.99, description: 'Пополнение', return_url: 'https://shop.example/ok?paid={payment_id}' }
  const { status, body: made } = await shop.anna.call<Created>('POST', CREATE, body)
  assert.equal(status, 201)
  assert.match(made.payment_id, /^[\w-]{32,36}$/)
  assert.deepEqual([made.amount, made.status, made.terminal_key], [1999.99, 'NEW', 'TestDemo'])
  assert.match(made.payment_url, /^https:\/\/securepay/)
  const asked = shop.bank.seen[0]!.body
  assert.deepEqual(
    [asked.Amount, asked.OrderId, asked.PayType, asked.SuccessURL, asked.NotificationURL],
    [
      199999,
      made.payment_id,
      'O',
      `https://shop.example/ok?paid=${made.payment_id}`,
      'https://shop.example/api/payments/webhook',
    ],
  )
  assert.equal(await shop.balance(), 0)
  const shown = await shop.anna.call('GET', '/api/balance')
  assert.deepEqual(shown.body, {
    ...{ balance: 0, welcome_bonus: 0, total_spent: 0, debt: 0, pending_transactions: 1 },
    ...{ plan: 'trial', currency: 'RUB' },
  })
})

test('the bank’s number is kept to the last digit', async () => {
  await using shop = await aShop()
  const id = await shop.open()
  assert.equal((await shop.row(id)).bank_id, shop.bank.of(id).id)
})

test('no sum but roubles with two decimals within the limits is taken, and nothing else reaches the bank', async () => {
  await using shop = await aShop()
  for (const amount of ['10', null, 19.999, 100.001, [], {}, true]) {
    const { status, body } = await shop.anna.call('POST', CREATE, { amount })
    assert.deepEqual([status, body.error?.code], [422, 'VALIDATION_ERROR'], String(amount))
  }
  for (const amount of [0, -1, 99.99, 100_000.01, 1e12, 1e308, -1e308]) {
    const made = await shop.anna.call('POST', CREATE, { amount })
    assert.deepEqual([made.status, made.body.error?.code], [422, 'INVALID_PAYMENT_AMOUNT'], String(amount))
    const topped = await shop.anna.call('POST', '/api/balance/top-up', { amount })
    assert.deepEqual([topped.status, topped.body.error?.code], [422, 'INVALID_AMOUNT'], String(amount))
  }
  for (const raw of ['{"amount":NaN}', '{"amount":Infinity}', '{"amount":0x64}']) {
    const headers = { 'Content-Type': 'application/json' }
    assert.equal((await shop.app.call('POST', CREATE, { raw, headers, token: shop.anna.token })).status, 422, raw)
  }
  assert.equal(shop.bank.seen.length, 0)
  for (const amount of [100, 100_000, 100.01])
    assert.equal((await shop.anna.call('POST', CREATE, { amount })).status, 201)
})

test('a payer is sent only to this server or to a site of the owner', async () => {
  await using shop = await aShop({ flags: { public_url: 'https://shop.example' } })
  await anAssistant(shop.app, shop.anna, { allowed_domains: ['my-site.ru'] })
  await anAssistant(shop.app, shop.boss, { allowed_domains: ['other-site.ru'] })
  for (const url of [
    ...[
      'javascript:alert(1)',
      'data:text/html,x',
      '//shop.example',
      'shop.example',
      'https://evil.ru',
      'ftp://my-site.ru',
    ],
    ...[
      'https://my-site.ru@evil.ru/',
      'https://evil-my-site.ru',
      'https://my-site.ru.evil.ru',
      'https://other-site.ru',
    ],
    ...['https://shop.example@evil.ru', 'https://user:pw@my-site.ru', '', ' ', 'https://'],
  ]) {
    for (const field of ['return_url', 'fail_url']) {
      const { status, body } = await shop.anna.call('POST', CREATE, { amount: 500, [field]: url })
      assert.deepEqual([status, body.error?.code], [422, 'VALIDATION_ERROR'], `${field} ${url}`)
    }
  }
  for (const url of [
    'https://my-site.ru/ok?x=1',
    'https://www.my-site.ru/',
    'http://a.my-site.ru:8080/',
    'https://shop.example/console',
  ])
    assert.equal((await shop.anna.call('POST', CREATE, { amount: 500, return_url: url })).status, 201, url)
})

test('one Idempotency-Key is one payment, however often and however much at once it is sent', async () => {
  await using shop = await aShop()
  const send = (amount: number, key = 'k1', token = shop.anna.token) =>
    shop.app.call<Created>('POST', CREATE, { body: { amount }, token, headers: { 'Idempotency-Key': key } })
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(700)))
  assert.deepEqual(
    answers.map((one) => one.status),
    answers.map(() => 201),
  )
  assert.equal(new Set(answers.map((one) => one.body.payment_id)).size, 1)
  assert.equal(shop.bank.payments.size, 1)
  const other = await send(800)
  assert.deepEqual([other.status, other.body.error?.details.field], [422, 'Idempotency-Key'])
  const theirs = await send(700, 'k1', shop.boss.token)
  assert.notEqual(theirs.body.payment_id, answers[0]!.body.payment_id)
})

test('a refusal of the bank, silence and a missing terminal are PAYMENT_CREATION_FAILED, and no secret is told', async () => {
  await using shop = await aShop()
  shop.bank.refuse('Init', '202')
  const refused = await shop.anna.call('POST', CREATE, { amount: 500 })
  assert.deepEqual(
    [refused.status, refused.body.error?.code, refused.body.error?.details],
    [502, 'PAYMENT_CREATION_FAILED', { bank_code: '202' }],
  )
  await shop.bank.server.switchOff()
  assert.equal((await shop.anna.call('POST', CREATE, { amount: 500 })).status, 502)
  assert.ok(!shop.app.logged.join('').includes('TestPassword'))
  await using bare = await startTestApp()
  const boris = await signUp(bare, 'boris')
  assert.equal((await boris.call('POST', CREATE, { amount: 500 })).body.error?.code, 'PAYMENT_CREATION_FAILED')
})

test('an Init whose answer was lost is looked up, not opened twice: the same key again finds it or opens it', async () => {
  await using shop = await aShop()
  const send = (key: string) =>
    shop.app.call<Created>('POST', CREATE, {
      body: { amount: 500 },
      token: shop.anna.token,
      headers: { 'Idempotency-Key': key },
    })
  const isLongAgo = () => shop.app.ctx.db.updateTable('payments').set({ asked_at: 0 }).execute()
  shop.bank.lose('Init')
  assert.equal((await send('k1')).status, 502)
  await isLongAgo()
  assert.equal((await send('k1')).body.error?.code, 'PAYMENT_CREATION_FAILED')
  assert.equal(shop.bank.payments.size, 1)
  const [known] = [...shop.bank.payments.values()]
  assert.deepEqual([(await shop.row(known!.order)).bank_id, (await shop.row(known!.order)).status], [known!.id, 'NEW'])
  shop.bank.refuse('Init', '9999')
  assert.equal((await send('k2')).status, 502)
  await isLongAgo()
  assert.equal((await send('k2')).status, 201)
  assert.equal(shop.bank.payments.size, 2)
})

test('payments are seen by their owner and the admin, listed newest first and by status', async () => {
  await using shop = await aShop()
  const ids = [await shop.pay(500), await shop.open(600)]
  const path = `/api/payments/${ids[0]}/status`
  const { body } = await shop.anna.call('GET', path)
  assert.deepEqual(
    [body.payment_id, body.status, body.amount, body.success, body.error_code, body.details],
    [ids[0], 'CONFIRMED', 500, true, null, { pan: '430000******0777', exp_date: '1122', card_id: '10452' }],
  )
  assert.match(String(body.confirmed_at), /Z$/)
  assert.equal((await shop.boss.call('GET', path)).status, 200)
  const stranger = await shop.anna.call('GET', '/api/payments/00000000-0000-4000-8000-000000000000/status')
  assert.deepEqual([stranger.status, stranger.body.error?.code], [404, 'PAYMENT_NOT_FOUND'])
  type History = { payments: { payment_id: string }[]; total: number; has_more: boolean }
  const list = async (query: string) => (await shop.anna.call<History>('GET', `/api/payments/history${query}`)).body
  assert.deepEqual(
    (await list('')).payments.map((one) => one.payment_id),
    ids.reverse(),
  )
  const confirmed = await list('?status=CONFIRMED&limit=1')
  assert.deepEqual([confirmed.total, confirmed.has_more, confirmed.payments[0]!.payment_id], [1, false, ids[1]])
  assert.equal((await shop.boss.call<History>('GET', '/api/payments/history')).body.total, 0)
})

test('receipts go along when they are switched on: of the payment and of each refund', async () => {
  await using shop = await aShop({ flags: { 'tbank.receipt': 'on', 'tbank.vat': 'vat22', 'tbank.ffd': '1.2' } })
  const id = await shop.pay(500)
  await shop.boss.call('POST', `/api/payments/${id}/refund`, { amount: 100 })
  const receipts = shop.bank.seen.flatMap((one) => (one.body.Receipt ? [one.body.Receipt] : [])) as Record<
    string,
    unknown
  >[]
  const item = (sum: number) => ({
    ...{ Name: 'Пополнение баланса', Price: sum, Quantity: 1, Amount: sum, Tax: 'vat22' },
    ...{ PaymentMethod: 'advance', PaymentObject: 'payment', MeasurementUnit: 'pc' },
  })
  assert.deepEqual(
    receipts.map((one) => one.Items),
    [[item(50_000)], [item(10_000)]],
  )
  assert.deepEqual([receipts[0]!.Email, receipts[0]!.Taxation], ['anna@example.com', 'usn_income'])
})
