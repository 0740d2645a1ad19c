import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction, useLoad } from '../../core/load.ts'
import { Badge } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Problem } from '../../ui/field.tsx'
import { List, Row, Show } from '../../ui/list.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { roubles } from '../common/money.ts'
import { PaymentBadge, paymentStates, stateOf } from '../common/payments.tsx'
import { Refund } from './refund.tsx'
import { texts } from './texts.ts'
import type { PaymentDetail } from './types.ts'

/** One payment: what the bank told of it, asking the bank now, and giving money back. */
export function Payment({ id }: { id: string }) {
  const t = useWords(texts)
  const path = `/api/admin/payments/${encodeURIComponent(id)}`
  const loaded = useLoad(() => call<PaymentDetail>('GET', path))
  return (
    <Page title={t.payment} back="/payments">
      <Show loaded={loaded}>
        {(payment) => (
          <>
            <Facts payment={payment} path={path} show={(now) => loaded.set(() => now)} reload={loaded.reload} />
            <Steps steps={payment.steps} />
            {payment.refunds.length > 0 && <Refunds refunds={payment.refunds} />}
          </>
        )}
      </Show>
    </Page>
  )
}

type FactsProps = {
  payment: PaymentDetail
  path: string
  show: (now: PaymentDetail) => void
  reload: () => Promise<void>
}

function Facts({ payment, path, show, reload }: FactsProps) {
  const t = useWords(texts)
  const [isRefunding, setRefunding] = useState(false)
  const left = payment.amount - payment.refunded_amount
  const ask = useAction(async () => {
    show(await call<PaymentDetail>('POST', `${path}/reconcile`, {}))
    toast(t.asked)
  })
  const facts: [string, string | null][] = [
    [t.owner_is, payment.owner_email ?? `${t.gone} ${payment.owner_id}`],
    [t.description, payment.description],
    [t.receipt_to, payment.customer_email],
    [t.card, payment.details.pan],
    [t.number, payment.payment_id],
    [t.bank_number, payment.bank_payment_id],
    [t.error_code, payment.error_code],
  ]
  return (
    <Card>
      <p class="line">
        <strong class="payment-sum">{roubles(payment.amount)}</strong>
        <PaymentBadge status={payment.status} />
        {payment.refunded_amount > 0 && (
          <span class="muted">
            {t.given_back}: {roubles(payment.refunded_amount)}
          </span>
        )}
      </p>
      <dl class="payment-facts">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <Problem of={ask.error} />
      <div class="actions left">
        <Button busy={ask.busy} onClick={() => void ask.run()}>
          {t.ask_bank}
        </Button>
        {payment.confirmed_at && left > 0 && (
          <Button look="danger" onClick={() => setRefunding(true)}>
            {t.refund}
          </Button>
        )}
      </div>
      {isRefunding && (
        <Refund
          payment={payment}
          onClose={() => setRefunding(false)}
          onDone={async () => {
            setRefunding(false)
            await reload()
          }}
        />
      )}
    </Card>
  )
}

function Steps({ steps }: { steps: PaymentDetail['steps'] }) {
  const t = useWords(texts)
  const states = useWords(paymentStates)
  return (
    <Card title={t.steps} about={t.steps_about}>
      {steps.length === 0 ? (
        <p>{t.no_steps}</p>
      ) : (
        <List label={t.steps}>
          {steps.map((step) => (
            <Row
              key={`${step.at} ${step.status}`}
              title={`${states[stateOf(step.status).state]} (${step.status})`}
              about={
                <>
                  {t[step.source]} · <Time at={step.at} />
                  {step.amount !== null && ` · ${t.paid_now}: ${roubles(step.amount)}`}
                  {step.error_code && ` · ${t.error_code}: ${step.error_code}`}
                </>
              }
            />
          ))}
        </List>
      )}
    </Card>
  )
}

function Refunds({ refunds }: { refunds: PaymentDetail['refunds'] }) {
  const t = useWords(texts)
  const kinds = { pending: 'warn', done: 'good', refused: 'bad' } as const
  return (
    <Card title={t.refunds}>
      <List label={t.refunds}>
        {refunds.map(({ refund_id, amount, state, reason, requested_by, created_at }) => (
          <Row
            key={refund_id}
            title={
              <>
                {roubles(amount)}
                <Badge kind={kinds[state]}>{t[state]}</Badge>
              </>
            }
            about={
              <>
                <Time at={created_at} /> · {requested_by}
                {reason && ` · ${reason}`}
              </>
            }
          />
        ))}
      </List>
    </Card>
  )
}
