import { verifyLedger } from '../billing/chain/verify.ts'
import { command } from './shell/command.ts'

export const verify = command({
  usage: 'verify',
  about: [
    'пересчитать все балансы и цепочки записей; код 1, если что-то не сходится',
    'add every balance and chain of entries up again; exit 1 when something does not fit',
  ],
  example: 'replyx ledger verify --json',
  run: async ({ ctx, say }) => {
    const result = await verifyLedger(ctx)
    const { owners, entries, broken } = result
    const lines = broken.map(({ tenant_id, seq, entry_id, why }) => {
      const place = seq === null ? say('баланс', 'balance') : say(`запись ${seq}`, `entry ${seq}`)
      const row = entry_id === null ? '' : ` (id ${entry_id})`
      return say(`✗ владелец ${tenant_id}, ${place}${row}: ${why}`, `✗ owner ${tenant_id}, ${place}${row}: ${why}`)
    })
    const whole = say(
      `Всё сходится: владельцев ${owners}, записей ${entries}`,
      `All adds up: ${owners} owners, ${entries} entries`,
    )
    return { data: result, text: result.ok ? whole : lines.join('\n'), exit: result.ok ? 0 : 1 }
  },
})
