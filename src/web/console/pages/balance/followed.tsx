import { useEffect } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad, usePolling } from '../../core/load.ts'
import { Button, Spinner } from '../../ui/button.tsx'
import { Show } from '../../ui/list.tsx'
import { Card } from '../../ui/page.tsx'
import { roubles } from '../common/money.ts'
import { type ListedPayment, paymentStates, stateOf } from '../common/payments.tsx'
import { texts } from './texts.ts'

const GLANCE = 2000 // ms between two questions; the bank's notice comes within seconds

/** One payment as it really stands, followed until its end; `onNews` hears of each change. */
export function Followed({ id, onNews, onClose }: { id: string; onNews: () => void; onClose: () => void }) {
  const t = useWords(texts)
  const loaded = useLoad(() => call<ListedPayment>('GET', `/api/payments/${encodeURIComponent(id)}/status`))
  usePolling(loaded, GLANCE, loaded.data?.is_open ?? true)
  const status = loaded.data?.status
  useEffect(() => void (status && onNews()), [status])
  return (
    <Card title={t.followed}>
      <Show loaded={loaded} rows={1}>
        {(payment) => <State payment={payment} problem={loaded.error} />}
      </Show>
      <div>
        <Button onClick={onClose}>{t.close}</Button>
      </div>
    </Card>
  )
}

function State({ payment, problem }: { payment: ListedPayment; problem: string | undefined }) {
  const t = useWords(texts)
  const states = useWords(paymentStates)
  const { state, kind } = stateOf(payment.status)
  return (
    <>
      <p role="status" class={`followed ${kind}`}>
        {payment.is_open && <Spinner />}
        <span>
          <strong>{roubles(payment.amount)}</strong> · {states[state]}.{' '}
          {state === 'paid' ? t.credited : payment.is_open ? t.not_yet : ''}
        </span>
      </p>
      {problem && <p class="problem">{problem}</p>}
      {payment.continue_url && (
        <p>
          <a href={payment.continue_url}>{t.go_on}</a>
        </p>
      )}
    </>
  )
}
