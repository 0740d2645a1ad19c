import type { Config } from '../config/config.ts'
import { priceMultiplierOf } from '../llm/models.ts'
import type { ChargeReason } from './ledger.ts'

/** Where an answer goes. */
export type Channel = 'website' | 'telegram'
export const CHANNELS: Channel[] = ['website', 'telegram']
/** What an answer is called in the ledger. */
export const SERVICES = { website: 'widget_message', telegram: 'telegram_message' } as const satisfies Record<
  Channel,
  ChargeReason
>

/** What a delivered answer costs, in kopecks: the price of its channel times the multiplier of the model that gave it; nothing while billing is off. */
export function priceOf(config: Config, { channel, model }: { channel: Channel; model: string }): number {
  if (!config['billing.enabled']) return 0
  return basePrice(config, channel) * priceMultiplierOf(model)
}

/** The price of a channel before the model's multiplier, in kopecks. */
export function basePrice(config: Config, channel: Channel): number {
  return config[`billing.price_${channel}`] ?? config['billing.price']
}
