import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import { Row, Show } from '../../ui/list.tsx'
import { Card } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { roubles } from '../common/money.ts'
import { PagedList, ROWS } from '../common/pager.tsx'
import { type ListedPayment, PaymentBadge } from '../common/payments.tsx'
import { texts } from './texts.ts'

/** The owner's payments with their states; asked for again when `turn` changes. */
export function PaymentHistory({ turn }: { turn: string | undefined }) {
  const t = useWords(texts)
  const [offset, setOffset] = useState(0)
  const path = `/api/payments/history?limit=${ROWS}&offset=${offset}`
  const loaded = useLoad(() => call<{ payments: ListedPayment[]; total: number }>('GET', path), [offset, turn])
  return (
    <Card title={t.payments}>
      <Show loaded={loaded} rows={2}>
        {({ payments, total }) => (
          <PagedList
            label={t.payments}
            empty={t.no_payments}
            rows={payments}
            offset={offset}
            total={total}
            onChange={setOffset}
          >
            {(payment) => <PaymentRow key={payment.payment_id} payment={payment} />}
          </PagedList>
        )}
      </Show>
    </Card>
  )
}

function PaymentRow({ payment }: { payment: ListedPayment }) {
  const t = useWords(texts)
  return (
    <Row
      title={
        <>
          {roubles(payment.amount)}
          <PaymentBadge status={payment.status} />
        </>
      }
      about={
        <>
          <Time at={payment.created_at} /> · {payment.description}
          {payment.refunded_amount > 0 && ` · ${t.given_back}: ${roubles(payment.refunded_amount)}`}
        </>
      }
    >
      {payment.continue_url && <a href={payment.continue_url}>{t.go_on}</a>}
    </Row>
  )
}
