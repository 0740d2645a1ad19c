import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { allRoutes } from '../../src/app.ts'
import { errorCatalogue } from '../../src/errors.ts'
import { openApiDocument } from '../../src/http/openapi.ts'
import { startTestApp } from '../helpers/app.ts'

const golden = join(import.meta.dirname, '..', 'fixtures', 'reference.golden.json')

test('the reference document is what the golden copy says: an API change is always a visible diff (UPDATE_GOLDEN=1 renews it)', () => {
  const now = `${JSON.stringify(openApiDocument(allRoutes(), 'https://example.com'), null, 1)}\n`
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, now)
  assert.ok(existsSync(golden))
  assert.equal(now, readFileSync(golden, 'utf8'))
})

test('every endpoint of the API document that belongs to what is built is served under its documented path', () => {
  const documented = [
    'post /api/auth/login',
    'post /api/auth/register',
    'post /api/auth/logout',
    'get /api/users/me',
    'put /api/users/me',
    'post /api/users/change-password',
    'get /api/assistants',
    'post /api/assistants',
    'put /api/assistants/:id',
    'delete /api/assistants/:id',
    'get /api/dialogs',
    'get /api/dialogs/:id',
    'get /api/dialogs/:id/messages',
    'post /api/dialogs/:id/messages',
    'get /api/dialogs/:id/events',
    'post /api/documents/upload',
    'get /api/documents',
    'delete /api/documents/:id',
    'post /api/qa-knowledge',
    'get /api/qa-knowledge',
    'post /api/payments/create',
    'get /api/payments/:id/status',
    'post /api/payments/webhook',
    'post /api/payments/:id/refund',
    'get /api/payments/history',
    'get /api/balance',
    'get /api/balance/transactions',
    'post /api/balance/top-up',
    'get /api/sse/stats',
    'get /api/admin/ai-tokens',
    'post /api/admin/ai-tokens',
    'get /api/system/health',
    'post /api/email/confirm_email',
    'post /api/email/resend_confirmation',
    'post /api/email/test_send',
    'post /api/email/contact-form',
    'get /api/widget/config',
    'post /api/widget/session',
    'get /api/widget/dialogs',
    'post /api/widget/dialogs',
    'get /api/widget/dialogs/:id/messages',
    'post /api/widget/dialogs/:id/messages',
    'get /api/widget/dialogs/:id/events',
    'post /api/stream-tickets',
    'post /api/auth/refresh',
    'post /api/auth/forgot-password',
    'post /api/auth/reset-password',
  ]
  const served = new Set(
    allRoutes().flatMap((route) => [route.path, ...route.aliases].map((path) => `${route.method} ${path}`)),
  )
  assert.deepEqual(
    documented.filter((one) => !served.has(one)),
    [],
  )
  for (const path of served)
    if (path.includes('/api/widget/'))
      assert.ok(served.has(path.replace('/widget/', '/site/')), `${path} has its /api/site twin`)
})

test('every named failure has the status the contract gives it', () => {
  const contract: Record<number, string[]> = {
    400: ['CONFIRMATION_CODE_EXPIRED', 'INVALID_LAST_EVENT_ID'],
    401: ['INVALID_CREDENTIALS', 'TOKEN_EXPIRED', 'SSE_AUTH_FAILED', 'WEBHOOK_SIGNATURE_INVALID'],
    402: ['INSUFFICIENT_BALANCE'],
    403: ['INSUFFICIENT_PERMISSIONS', 'EMAIL_NOT_CONFIRMED', 'WEBHOOK_IP_NOT_ALLOWED'],
    404: ['NOT_FOUND', 'PAYMENT_NOT_FOUND'],
    409: ['EMAIL_ALREADY_REGISTERED', 'PAYMENT_ALREADY_PROCESSED'],
    413: ['FILE_TOO_LARGE', 'UPLOAD_QUOTA_EXCEEDED'],
    415: ['UNSUPPORTED_FORMAT'],
    422: ['VALIDATION_ERROR', 'VIRUS_DETECTED', 'INVALID_AMOUNT', 'INVALID_PAYMENT_AMOUNT'],
    429: ['SSE_CONNECTION_LIMIT', 'AI_TOKEN_LIMIT_EXCEEDED', 'RATE_LIMIT_EXCEEDED'],
    500: ['INTERNAL_ERROR'],
    502: ['PAYMENT_CREATION_FAILED', 'PAYMENT_FAILED'],
    503: ['AI_PROVIDER_UNAVAILABLE'],
    504: ['AI_REQUEST_TIMEOUT'],
  }
  for (const [status, codes] of Object.entries(contract)) {
    for (const code of codes) assert.equal(errorCatalogue().get(code)?.status, Number(status), code)
  }
})

test('the reference is served as OpenAPI 3.1 and can be read in a browser without a request elsewhere', async () => {
  await using app = await startTestApp()
  const document = await app.call<{ openapi: string; servers: { url: string }[]; paths: object }>(
    'GET',
    '/api/openapi.json',
  )
  assert.match(document.body.openapi, /^3\.1/)
  assert.equal(document.body.servers[0]!.url, app.url)
  const page = await app.call<{ text: string }>('GET', '/api/docs')
  assert.equal(page.status, 200)
  assert.match(page.headers.get('content-security-policy')!, /default-src 'none'/)
  for (const [, path] of page.body.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.match(path!, /^\/api\/docs\//)
    assert.equal((await app.call('GET', path!)).status, 200, path)
  }
  assert.equal((await app.call('GET', '/api/docs/../../package.json')).status, 404)
  assert.equal((await app.call('GET', '/api/docs/package.json')).status, 422)
})

test('the health of a server whose database is gone is 503, in the document’s shape', async () => {
  await using app = await startTestApp()
  const healthy = await app.call<{
    status: string
    services: { database: { status: string }; redis: { status: string } }
  }>('GET', '/api/system/health')
  assert.deepEqual(
    [healthy.status, healthy.body.status, healthy.body.services.redis.status],
    [200, 'healthy', 'not_used'],
  )
  await using other = await startTestApp()
  await other.ctx.db.destroy()
  const gone = await other.call<{ status: string }>('GET', '/api/system/health')
  assert.deepEqual([gone.status, gone.body.status], [503, 'unhealthy'])
})
