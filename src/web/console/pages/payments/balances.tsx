import { useState } from 'preact/hooks'
import { newId } from '../../../widget/shared/ids.ts'
import { call, callList } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction, useLoad } from '../../core/load.ts'
import { Link, useQuery } from '../../core/router.ts'
import { Button } from '../../ui/button.tsx'
import { confirm } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { Row, Show } from '../../ui/list.tsx'
import { Card } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.tsx'
import { roubles, typedRoubles } from '../common/money.ts'
import { PagedList, ROWS } from '../common/pager.tsx'
import { OwnerFilter } from './owner-filter.tsx'
import './payments.css'
import { texts } from './texts.ts'
import type { OwnerBalance } from './types.ts'

/** What owners have, and moving it by hand with a reason. */
export function Balances() {
  const t = useWords(texts)
  const [owner, setOwner] = useQuery('owner')
  const [offset, setOffset] = useState(0)
  const [adjusted, setAdjusted] = useState<OwnerBalance>()
  const path = `/api/admin/balances?limit=${ROWS}&offset=${offset}${owner ? `&owner=${encodeURIComponent(owner)}` : ''}`
  const loaded = useLoad(() => callList<OwnerBalance>(path), [path])
  const find = (next: string) => {
    setOffset(0)
    setOwner(next || null)
  }
  return (
    <Card title={t.balances}>
      <OwnerFilter owner={owner ?? ''} onChange={find} />
      <Show loaded={loaded}>
        {({ rows, total }) => (
          <PagedList
            label={t.balances}
            empty={t.no_balances}
            rows={rows}
            offset={offset}
            total={total}
            onChange={setOffset}
          >
            {(one) => <BalanceRow key={one.owner_id} of={one} onAdjust={() => setAdjusted(one)} />}
          </PagedList>
        )}
      </Show>
      {adjusted && (
        <Adjustment
          of={adjusted}
          onClose={() => setAdjusted(undefined)}
          onDone={async () => {
            setAdjusted(undefined)
            await loaded.reload()
          }}
        />
      )}
    </Card>
  )
}

function BalanceRow({ of, onAdjust }: { of: OwnerBalance; onAdjust: () => void }) {
  const t = useWords(texts)
  const name = of.email ?? `${t.gone} ${of.owner_id}`
  return (
    <Row
      title={
        <>
          {name} · {roubles(of.balance)}
        </>
      }
      about={
        <>
          {t.spent}: {roubles(of.total_spent)}
          {of.debt > 0 && ` · ${t.debt}: ${roubles(of.debt)}`}
          {of.email && (
            <>
              {' · '}
              <Link to={`/payments?owner=${of.owner_id}`}>{t.list}</Link>
            </>
          )}
        </>
      }
    >
      {of.email && (
        <Button look="quiet" aria-label={`${t.adjust}: ${name}`} onClick={onAdjust}>
          {t.adjust}
        </Button>
      )}
    </Row>
  )
}

type Props = { of: OwnerBalance; onClose: () => void; onDone: () => Promise<void> }

function Adjustment({ of, onClose, onDone }: Props) {
  const t = useWords(texts)
  const [sum, setSum] = useState('')
  const [reason, setReason] = useState('')
  const [key] = useState(newId)
  const ask = useAction(async () => {
    const amount = typedRoubles(sum, 'amount')
    confirm({
      title: t.adjust,
      text: `${of.email}: ${amount > 0 ? '+' : ''}${roubles(amount)}. ${t.reason}: ${reason.trim()}`,
      verb: amount < 0 ? t.take : t.give,
      danger: amount < 0,
      run: async () => {
        await call('POST', `/api/admin/balances/${of.owner_id}/adjust`, { amount, reason: reason.trim() }, key)
        toast(t.adjusted)
        await onDone()
      },
    })
  })
  return (
    <FormDialog title={t.adjust} action={ask} verb={t.go_on} fields={['amount']} onClose={onClose}>
      <p>
        {of.email} · {roubles(of.balance)}
      </p>
      <TextField
        label={t.sum}
        name="amount"
        inputMode="text"
        required
        maxLength={20}
        value={sum}
        onChange={setSum}
        problem={ask.error}
        hint={t.sum_hint}
      />
      <TextField
        label={t.reason}
        required
        minLength={3}
        maxLength={500}
        value={reason}
        onChange={setReason}
        hint={t.reason_hint}
      />
    </FormDialog>
  )
}
