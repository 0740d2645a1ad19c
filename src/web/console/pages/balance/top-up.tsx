import { useEffect, useState } from 'preact/hooks'
import { newId } from '../../../widget/shared/ids.ts'
import { call } from '../../core/api.ts'
import { ApiError, refusal } from '../../core/errors.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { me } from '../../core/session.ts'
import { memory } from '../../core/store.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Card } from '../../ui/page.tsx'
import { roubles, typedRoubles } from '../common/money.ts'
import { texts } from './texts.ts'
import type { Terms } from './types.ts'

const QUICK = [500, 1000, 3000, 10_000]
const FIELDS = ['amount', 'customer_email']
const RETURN = '/console/balance?payment={payment_id}'

/** Chooses a sum and goes to the bank's page to pay it; the bank sends back to the payment. */
export function TopUp({ terms: { min, max, receipt } }: { terms: Terms }) {
  const t = useWords(texts)
  const [sum, setSum] = useState('1000')
  const [email, setEmail] = useState(me.get()?.email ?? '')
  const pay = useAction(async () => {
    const amount = typedRoubles(sum, 'amount')
    if (amount < min || amount > max) throw refusal('amount', `${t.bounds} ${roubles(min)} – ${roubles(max)}.`)
    const order = { amount, description: t.top_up, ...(receipt ? { customer_email: email.trim() } : {}) }
    location.assign(await openPayment(order))
  })
  useEffect(() => {
    // Whoever comes back by the browser's arrow finds the page as it was left, with its button.
    const back = (event: PageTransitionEvent) => event.persisted && location.reload()
    addEventListener('pageshow', back)
    return () => removeEventListener('pageshow', back)
  }, [])
  return (
    <Card title={t.top_up} about={t.top_up_about}>
      <Form action={pay} verb={t.to_pay} fields={FIELDS}>
        <TextField
          label={t.amount}
          name="amount"
          inputMode="decimal"
          autocomplete="off"
          maxLength={20}
          required
          value={sum}
          onChange={setSum}
          problem={pay.error}
          hint={`${t.bounds} ${roubles(min)} – ${roubles(max)}.`}
        />
        <fieldset class="line">
          <legend class="spoken">{t.quick}</legend>
          {QUICK.filter((one) => one >= min && one <= max).map((one) => (
            <Button key={one} aria-pressed={sum === String(one)} onClick={() => setSum(String(one))}>
              {roubles(one)}
            </Button>
          ))}
        </fieldset>
        {receipt && (
          <TextField
            label={t.receipt_email}
            name="customer_email"
            type="email"
            required
            maxLength={255}
            value={email}
            onChange={setEmail}
            problem={pay.error}
            hint={t.receipt_hint}
          />
        )}
      </Form>
    </Card>
  )
}

type Order = { amount: number; description: string; customer_email?: string }
type Opened = { payment_url: string }

// An order whose answer was lost is sent again under the same key, also after the page was loaded anew: it is one payment.
async function openPayment(order: Order): Promise<string> {
  const wish = JSON.stringify(order)
  const kept = JSON.parse(memory.read('top-up', 'session') ?? 'null') as { wish: string; key: string } | null
  const key = kept?.wish === wish ? kept.key : newId()
  memory.write('top-up', JSON.stringify({ wish, key }), 'session')
  const back = location.origin + RETURN
  try {
    const body = { ...order, return_url: back, fail_url: back }
    const { payment_url } = await call<Opened>('POST', '/api/payments/create', body, key)
    memory.write('top-up', null, 'session')
    return payment_url
  } catch (error) {
    if (error instanceof ApiError && error.status !== 0) memory.write('top-up', null, 'session')
    throw error
  }
}
