import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { adjustBalance } from '../../billing/charge.ts'
import { purseOf } from '../../billing/ledger.ts'
import { inRoubles, toRoubles } from '../../lib/money.ts'
import { userMeantBy } from '../../users/users.ts'
import { command } from '../shell/command.ts'
import { errors, misuse } from '../shell/errors.ts'
import { TypedRoubles } from '../shell/money.ts'
import { sheet } from '../shell/output.ts'

export const balance = command({
  usage: 'balance <who>',
  about: ['баланс владельца; с --add изменить его', "an owner's balance; with --add change it"],
  example: 'replyx user balance anna@example.ru --add 500 --reason "Подарок"',
  flags: [
    [
      '--add <roubles>',
      'прибавить столько; с минусом — убавить: --add=-500',
      'add that much; a minus takes: --add=-500',
    ],
    ['--reason <text>', 'почему: останется в истории', 'why: it stays in the books'],
  ],
  shape: z.object({
    who: z.string().min(1).max(255),
    add: TypedRoubles.optional(),
    reason: z.string().trim().min(1).max(500).optional(),
  }),
  run: async ({ ctx, input }) => {
    const user = await userMeantBy(ctx, input.who)
    if (user.owner_id !== null) throw errors.NOT_AN_OWNER({ email: user.email })
    if (input.add !== undefined) {
      if (input.reason === undefined) throw misuse('не хватает --reason', '--reason is missing')
      if (input.add === 0) throw misuse('--add: сумма не может быть нулём', '--add: the sum cannot be zero')
      const by = { tenant_id: user.id, kopecks: input.add, why: input.reason, reference: `command:${randomUUID()}` }
      await adjustBalance(ctx, by)
    }
    const { balance, debt, spent, bonus, plan } = await purseOf(ctx, user.id)
    const sums = { balance, debt, total_spent: spent, welcome_bonus: bonus }
    const roubles = Object.entries(sums).map(([name, sum]) => [name, toRoubles(sum)] as const)
    const data = { id: user.id, email: user.email, plan, ...Object.fromEntries(roubles) }
    const lines = Object.entries(sums).map(([name, sum]) => [name, inRoubles(sum)] as [string, string])
    return { data, text: sheet([['email', user.email], ['plan', plan], ...lines]) }
  },
})
