import { z } from 'zod'
import { publicUrl } from '../../config/config.ts'
import { moneySettings } from '../../config/settings/money.ts'
import type { Context } from '../../context.ts'

export const Setup = z
  .object({
    billing: z.boolean().meta({ description: 'Платят ли владельцы за ответы' }),
    bank: z.boolean().meta({ description: 'Настроен ли терминал банка' }),
    notice_url: z.string().meta({ description: 'Куда банк шлёт уведомления' }),
    missing: z.array(z.string()).meta({ description: 'Настройки, без которых деньги не ходят' }),
    settings: z.array(
      z.object({
        name: z.string(),
        value: z.string().nullable().meta({ description: 'У тайных всегда null' }),
        is_set: z.boolean(),
        is_secret: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'MoneySetup' })

/** What the settings of money are in this process, never their secrets, and which of them are still missing. */
export function moneySetup({ config, outside }: Context): z.input<typeof Setup> {
  const missing = [
    ...(config['billing.enabled'] ? [] : ['billing.enabled']),
    ...(config['tbank.terminal_key'] ? [] : ['tbank.terminal_key']),
    ...(config['tbank.password'] || config['tbank.password_file'] ? [] : ['tbank.password_file']),
    // Without it the bank sends its notices to the address kept in its own cabinet.
    ...(config.public_url ? [] : ['public_url']),
  ]
  return {
    billing: config['billing.enabled'],
    bank: outside.tbank !== undefined,
    notice_url: `${publicUrl(config)}/api/payments/webhook`,
    missing,
    settings: moneySettings.map((setting) => {
      const value = config[setting.name]
      const is_secret = 'secret' in setting
      return { name: setting.name, value: is_secret ? null : asTyped(value), is_set: value !== undefined, is_secret }
    }),
  }
}

// As `replyx config set` takes it.
function asTyped(value: unknown): string | null {
  if (value === undefined) return null
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.join(',')
  const { points, seconds } = value as { points: number; seconds: number }
  return seconds % 60 === 0 ? `${points}/${seconds / 60}m` : `${points}/${seconds}s`
}
