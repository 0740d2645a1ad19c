import { purseOf } from '../../src/billing/ledger.ts'
import { startTestApp, type TestApp } from '../helpers/app.ts'
import type { EngineName } from '../helpers/engines.ts'
import { type FakeTbank, openFakeTbank, PASSWORD, TERMINAL } from '../helpers/fake-tbank.ts'
import { type Person, signUp } from '../helpers/people.ts'

export type Created = { payment_id: string; payment_url: string; amount: number; status: string; terminal_key: string }
export type Shop = AsyncDisposable & {
  app: TestApp
  bank: FakeTbank
  anna: Person
  boss: Person
  /** Opens a payment of so many roubles. */
  open: (roubles?: number) => Promise<string>
  /** The same, paid, with the bank's notice. */
  pay: (roubles?: number) => Promise<string>
  notify: FakeTbank['notify'] extends (url: string, ...rest: infer R) => infer A ? (...rest: R) => A : never
  balance: () => Promise<number>
  debt: () => Promise<number>
  row: (
    id: string,
  ) => Promise<{ status: string; refunded: number; bank_id: string | null; confirmed_at: number | null }>
  entries: () => Promise<{ reason: string; amount: number }[]>
}

/** An appliance with a terminal at the double of the bank, an owner and an admin. All sums it answers are kopecks. */
export async function aShop(options: { engine?: EngineName; flags?: Record<string, string> } = {}): Promise<Shop> {
  const bank = await openFakeTbank()
  const flags = {
    'tbank.terminal_key': TERMINAL,
    'tbank.password': PASSWORD,
    'tbank.api_url': bank.url,
    'tbank.allowed_networks': '127.0.0.1/32',
    ...options.flags,
  }
  const app = await startTestApp({ ...options, flags })
  const [anna, boss] = [await signUp(app, 'anna'), await signUp(app, 'boss', { is_admin: true })]
  const open = async (amount = 1000) => {
    const { status, body } = await anna.call<Created>('POST', '/api/payments/create', { amount })
    if (status !== 201) throw new Error(JSON.stringify(body))
    return body.payment_id
  }
  const notify: Shop['notify'] = (order, options) => bank.notify(app.url, order, options)
  return {
    ...{ app, bank, anna, boss, open, notify },
    async pay(amount) {
      const id = await open(amount)
      bank.move(id, 'CONFIRMED')
      await notify(id)
      return id
    },
    balance: async () => (await purseOf(app.ctx, anna.id)).balance,
    debt: async () => (await purseOf(app.ctx, anna.id)).debt,
    row: (id) => app.ctx.db.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    entries: () => app.ctx.db.selectFrom('ledger_entries').select(['reason', 'amount']).orderBy('id').execute(),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await bank[Symbol.asyncDispose]()
    },
  }
}
