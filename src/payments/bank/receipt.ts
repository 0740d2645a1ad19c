import type { Config } from '../../config/config.ts'

type Receipt = { amount: number; email: string; description: string }

/** The receipt of a payment or a refund as 54-FZ wants it; undefined when the bank does not print them for this shop. Money on a balance is an advance. */
export function receiptOf(config: Config, { amount, email, description }: Receipt): object | undefined {
  if (!config['tbank.receipt']) return undefined
  const isNewer = config['tbank.ffd'] === '1.2'
  return {
    ...(isNewer ? { FfdVersion: '1.2' } : {}),
    Email: email,
    Taxation: config['tbank.taxation'],
    Items: [
      {
        Name: description.slice(0, 128),
        Price: amount,
        Quantity: 1,
        Amount: amount,
        Tax: config['tbank.vat'],
        PaymentMethod: 'advance',
        PaymentObject: 'payment',
        ...(isNewer ? { MeasurementUnit: 'pc' } : {}),
      },
    ],
  }
}
