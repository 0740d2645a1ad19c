import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeContext, openContext } from '../../src/app.ts'
import { verifyLedger } from '../../src/billing/chain/verify.ts'
import { loadConfig } from '../../src/config/config.ts'
import { openLog } from '../../src/lib/log.ts'
import { addUser } from '../../src/users/users.ts'
import { PASSWORD as BANK_PASSWORD, type FakeTbank, TERMINAL } from '../helpers/fake-tbank.ts'
import { PASSWORD } from '../helpers/people.ts'
import { type RealServer, startRealServer } from '../helpers/real-server.ts'

export const EMAIL = 'maria@example.com'

/** The settings of paid answers and of a terminal at the double of the bank. */
export const terminal = (bank: FakeTbank) => ({
  'billing.enabled': 'true',
  'billing.welcome_bonus': '0',
  'tbank.terminal_key': TERMINAL,
  'tbank.password': BANK_PASSWORD,
  'tbank.api_url': bank.url,
  'tbank.allowed_networks': '127.0.0.1/32',
})

/** A server of its own process on one port, that can be killed and come back. */
export async function aMortalServer(bank: FakeTbank) {
  const folder = mkdtempSync(join(tmpdir(), 'replyx-balance-'))
  const flags = { data_dir: folder, ...terminal(bank) }
  const ctx = await openContext(loadConfig({ env: {}, flags }), { log: openLog({ level: 'silent' }) })
  const { id } = await addUser(ctx, { email: EMAIL, password: PASSWORD, confirmed: true })
  await closeContext(ctx)
  const port = await freePort()
  const settings = { ...flags, port: String(port), 'limits.assets': '100000/1m' }
  const env = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`REPLYX_${name.replaceAll('.', '_').toUpperCase()}`, value]),
  )
  let server: RealServer = await startRealServer(folder, env)
  const books = async () => {
    const ctx = await openContext(loadConfig({ env: {}, flags }), { log: openLog({ level: 'silent' }) })
    const credits = await ctx.db.selectFrom('ledger_entries').select(['reference', 'amount']).orderBy('id').execute()
    const { ok } = await verifyLedger(ctx)
    await closeContext(ctx)
    return { ok, credits }
  }
  return {
    id,
    url: server.url,
    books,
    kill: () => server.kill('SIGKILL'),
    revive: async () => {
      server = await startRealServer(folder, env)
    },
    async [Symbol.asyncDispose]() {
      await server.kill('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createServer().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as { port: number }
      socket.close(() => resolve(port))
    })
  })
}
