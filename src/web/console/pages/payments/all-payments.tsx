import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import { Link, useQuery } from '../../core/router.ts'
import { Select } from '../../ui/field.tsx'
import { Row, Show } from '../../ui/list.tsx'
import { Card } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { roubles } from '../common/money.ts'
import { PagedList, ROWS } from '../common/pager.tsx'
import { PaymentBadge, paymentStates, stateOf } from '../common/payments.tsx'
import { OwnerFilter } from './owner-filter.tsx'
import './payments.css'
import { texts } from './texts.ts'
import type { AnyPayment } from './types.ts'

const STATUSES = ['NEW', 'FORM_SHOWED', 'AUTHORIZED', 'CONFIRMED', 'REJECTED', 'CANCELED', 'DEADLINE_EXPIRED']
const RETURNED = ['PARTIAL_REFUNDED', 'REFUNDED', 'REVERSED']

/** Everybody's payments by owner and state, each a link to the whole of it. */
export function AllPayments() {
  const t = useWords(texts)
  const states = useWords(paymentStates)
  const [owner, setOwner] = useQuery('owner')
  const [status, setStatus] = useState('')
  const [offset, setOffset] = useState(0)
  const filter = `${owner ? `&owner=${encodeURIComponent(owner)}` : ''}${status ? `&status=${status}` : ''}`
  const path = `/api/admin/payments?limit=${ROWS}&offset=${offset}${filter}`
  const loaded = useLoad(() => call<{ payments: AnyPayment[]; total: number }>('GET', path), [path])
  const first = (change: () => void) => {
    setOffset(0)
    change()
  }
  const options = [...STATUSES, ...RETURNED].map((one) => ({
    value: one,
    label: `${states[stateOf(one).state]} (${one})`,
  }))
  return (
    <Card>
      <div class="payment-filters">
        <OwnerFilter owner={owner ?? ''} onChange={(next) => first(() => setOwner(next || null))} />
        <Select
          label={t.state}
          value={status}
          onChange={(next) => first(() => setStatus(next))}
          options={[{ value: '', label: t.any }, ...options]}
        />
      </div>
      <Show loaded={loaded}>
        {({ payments, total }) => (
          <PagedList
            label={t.list}
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

function PaymentRow({ payment }: { payment: AnyPayment }) {
  const t = useWords(texts)
  return (
    <Row
      title={
        <>
          <Link to={`/payments/${payment.payment_id}`}>{roubles(payment.amount)}</Link>
          <PaymentBadge status={payment.status} />
        </>
      }
      about={
        <>
          {payment.owner_email ?? `${t.gone} ${payment.owner_id}`} · <Time at={payment.created_at} />
          {payment.refunded_amount > 0 && ` · ${t.given_back}: ${roubles(payment.refunded_amount)}`}
        </>
      }
    />
  )
}
