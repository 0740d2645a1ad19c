import { z } from 'zod'
import { list, rate, type Setting, text, url, whole } from '../setting.ts'

const yesNo = z.stringbool()
const kopecks = whole(0, 10_000_000)

/** The settings of billing and of payments through the bank. */
export const moneySettings = [
  {
    name: 'billing.enabled',
    shape: yesNo,
    fallback: 'false',
    env: 'REPLYX_BILLING',
    about: 'whether owners pay for answers; off for a shop that runs this for itself',
  },
  { name: 'billing.price', shape: kopecks, fallback: '500', about: 'kopecks for one delivered answer' },
  {
    name: 'billing.price_website',
    shape: kopecks,
    fallback: undefined,
    about: 'kopecks for one answer on a site, if not billing.price',
  },
  {
    name: 'billing.price_telegram',
    shape: kopecks,
    fallback: undefined,
    about: 'kopecks for one answer in Telegram, if not billing.price',
  },
  {
    name: 'billing.welcome_bonus',
    shape: kopecks,
    fallback: '25000',
    about: 'kopecks given once, when an address is confirmed',
  },
  {
    name: 'billing.low_balance',
    shape: kopecks,
    fallback: '10000',
    about: 'kopecks below which an owner is told that the money runs out',
  },
  { name: 'payments.min', shape: whole(1000, 1_000_000_000), fallback: '10000', about: 'smallest payment, kopecks' },
  { name: 'payments.max', shape: whole(1000, 1_000_000_000), fallback: '10000000', about: 'largest payment, kopecks' },
  { name: 'tbank.terminal_key', shape: text, fallback: undefined, about: 'terminal at T-Bank; unset = no payments' },
  { name: 'tbank.password', shape: text, fallback: undefined, secret: true, about: "the terminal's password" },
  { name: 'tbank.password_file', shape: text, fallback: undefined, about: "file with the terminal's password" },
  {
    name: 'tbank.password_previous',
    shape: text,
    fallback: undefined,
    secret: true,
    about: 'password before the last change; notices signed with it are still believed',
  },
  { name: 'tbank.api_url', shape: url, fallback: 'https://securepay.tinkoff.ru/v2', about: "the bank's API" },
  {
    name: 'tbank.allowed_networks',
    shape: list.pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).min(1)),
    // The bank's own list, 2025-09.
    fallback:
      '91.194.226.0/23,91.218.132.0/24,91.218.133.0/24,91.218.134.0/24,91.218.135.0/24,212.49.24.0/24,212.233.80.0/24,212.233.81.0/24,212.233.82.0/24,212.233.83.0/24',
    about: 'networks the bank sends its notices from',
  },
  { name: 'tbank.receipt', shape: yesNo, fallback: 'false', about: 'send receipts (54-FZ) through the bank' },
  {
    name: 'tbank.taxation',
    shape: z.enum(['osn', 'usn_income', 'usn_income_outcome', 'esn', 'patent']),
    fallback: 'usn_income',
    about: 'tax system on receipts',
  },
  {
    name: 'tbank.vat',
    shape: z.string().regex(/^(none|vat\d{1,3})$/, 'none or like vat22'),
    fallback: 'none',
    about: 'VAT on receipts: none, vat5, vat22 …',
  },
  { name: 'tbank.ffd', shape: z.enum(['1.05', '1.2']), fallback: '1.05', about: 'format of receipts' },
  { name: 'limits.payment', shape: rate, fallback: '10/5m', about: 'payments one account begins' },
  { name: 'limits.top_up', shape: rate, fallback: '3/10m', about: 'top-ups one account begins' },
  { name: 'limits.notices', shape: rate, fallback: '6000/1m', about: 'notices of the bank from one address' },
] as const satisfies readonly Setting[]
