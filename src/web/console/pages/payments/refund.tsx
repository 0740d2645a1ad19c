import { useState } from 'preact/hooks'
import { newId } from '../../../widget/shared/ids.ts'
import { call } from '../../core/api.ts'
import { ApiError, refusal } from '../../core/errors.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { confirm } from '../../ui/dialog.tsx'
import { Switch, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { toast } from '../../ui/toast.tsx'
import { roubles, typedRoubles } from '../common/money.ts'
import { texts } from './texts.ts'
import type { PaymentDetail } from './types.ts'

type Props = { payment: PaymentDetail; onClose: () => void; onDone: () => Promise<void> }

/** Gives back a payment, all of it or a part; the sum is named once more before the bank is asked. */
export function Refund({ payment, onClose, onDone }: Props) {
  const t = useWords(texts)
  const left = payment.amount - payment.refunded_amount
  const [sum, setSum] = useState(left.toFixed(2).replace('.00', ''))
  const [reason, setReason] = useState('')
  const [force, setForce] = useState(false)
  // One window is one refund, however often its button is pressed.
  const [key] = useState(newId)
  const ask = useAction(async () => {
    const amount = typedRoubles(sum, 'amount')
    if (amount <= 0 || amount > left) throw refusal('amount', `${t.at_most} ${roubles(left)}.`)
    const order = { amount, force, ...(reason.trim() ? { reason: reason.trim() } : {}) }
    confirm({
      title: t.refund,
      text: `${t.give_back} ${roubles(amount)} — ${payment.owner_email ?? payment.customer_email}? ${t.no_way_back}`,
      verb: `${t.do_give_back} ${roubles(amount)}`,
      run: async () => {
        await call('POST', `/api/payments/${payment.payment_id}/refund`, order, key).catch(explained)
        toast(t.refund_done)
        await onDone()
      },
    })
  })
  function explained(error: unknown): never {
    if (error instanceof ApiError && error.code === 'INSUFFICIENT_BALANCE')
      throw new ApiError(error.code, error.status, t.spent_already)
    throw error
  }
  return (
    <FormDialog title={t.refund} action={ask} verb={t.go_on} fields={['amount']} onClose={onClose}>
      <TextField
        label={t.sum}
        name="amount"
        inputMode="decimal"
        required
        maxLength={20}
        value={sum}
        onChange={setSum}
        problem={ask.error}
        hint={`${t.at_most} ${roubles(left)}.`}
      />
      <TextField label={t.reason} optional maxLength={500} value={reason} onChange={setReason} />
      <Switch label={t.force} hint={t.force_hint} on={force} onChange={setForce} />
    </FormDialog>
  )
}
