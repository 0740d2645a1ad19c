import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeContext, openContext } from '../../../src/app.ts'
import { openSession } from '../../../src/auth/sessions.ts'
import { verifyLedger } from '../../../src/billing/chain/verify.ts'
import { loadConfig } from '../../../src/config/config.ts'
import type { Context } from '../../../src/context.ts'
import { openLog } from '../../../src/lib/log.ts'
import { addUser } from '../../../src/users/users.ts'
import { type FakeTbank, openFakeTbank, PASSWORD, TERMINAL } from '../../helpers/fake-tbank.ts'
import { type RealServer, startRealServer } from '../../helpers/real-server.ts'

export type Scene = AsyncDisposable & {
  bank: FakeTbank
  token: string
  start: () => Promise<RealServer>
  /** Opens the data folder beside the server, as a command does. */
  inside: <T>(work: (ctx: Context) => Promise<T>) => Promise<T>
}
export type Row = { id: string; status: string; amount: number; refunded: number; confirmed_at: number | null }

/** A data folder with one owner, a double of the bank, and servers of its own process that can be killed. */
export async function aScene(): Promise<Scene> {
  const bank = await openFakeTbank()
  const folder = mkdtempSync(join(tmpdir(), 'replyx-money-'))
  const flags = {
    data_dir: folder,
    'tbank.terminal_key': TERMINAL,
    'tbank.password': PASSWORD,
    'tbank.api_url': bank.url,
  }
  const inside: Scene['inside'] = async (work) => {
    const ctx = await openContext(loadConfig({ env: {}, flags }), { log: openLog({ level: 'silent' }) })
    try {
      return await work(ctx)
    } finally {
      await closeContext(ctx)
    }
  }
  const token = await inside(async (ctx) => {
    const owner = await addUser(ctx, { email: 'owner@example.com', password: 'correct horse 1', confirmed: true })
    return (await openSession(ctx, owner)).access_token
  })
  const roomy = ['GENERAL', 'PAYMENT', 'TOP_UP', 'NOTICES'].map((name) => [`REPLYX_LIMITS_${name}`, '1000000/1m'])
  const env = {
    REPLYX_PORT: '0',
    REPLYX_LOG_LEVEL: 'info',
    REPLYX_TBANK_TERMINAL_KEY: TERMINAL,
    REPLYX_TBANK_PASSWORD: PASSWORD,
    REPLYX_TBANK_API_URL: bank.url,
    REPLYX_TBANK_ALLOWED_NETWORKS: '127.0.0.1/32',
    ...Object.fromEntries(roomy),
  }
  return {
    ...{ bank, token, inside },
    start: () => startRealServer(folder, env),
    async [Symbol.asyncDispose]() {
      await bank[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Opens a payment at the server; undefined when it could not. */
export async function openPayment(url: string, token: string, amount: number): Promise<string | undefined> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
  const body = JSON.stringify({ amount })
  const answer = await fetch(`${url}/api/payments/create`, { method: 'POST', headers, body })
  const made = (await answer.json()) as { payment_id?: string }
  return made.payment_id
}

export type Books = {
  rows: Map<string, Row>
  credits: Map<string, number[]>
  verified: boolean
  balance: number
  sum: number
}

/** What the books say: payments, the credits of each, and whether all adds up. */
export async function readBooks(scene: Scene): Promise<Books> {
  return scene.inside(async (ctx) => {
    const rows = await ctx.db.selectFrom('payments').selectAll().execute()
    const entries = await ctx.db.selectFrom('ledger_entries').selectAll().execute()
    const purses = await ctx.db.selectFrom('balances').selectAll().execute()
    const topups = entries.filter((one) => one.reason === 'topup')
    const credits = Map.groupBy(topups, (one) => one.reference)
    return {
      rows: new Map(rows.map((row) => [row.id, row])),
      credits: new Map([...credits].map(([id, of]) => [id, of.map((one) => one.amount)])),
      verified: (await verifyLedger(ctx)).ok,
      balance: purses.reduce((sum, one) => sum + one.balance, 0),
      sum: entries.reduce((sum, one) => sum + one.amount, 0),
    }
  })
}
