import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import { useQuery } from '../../core/router.ts'
import { EmptyState, Show } from '../../ui/list.tsx'
import { Card, Page } from '../../ui/page.tsx'
import './balance.css'
import { Entries } from './entries.tsx'
import { Followed } from './followed.tsx'
import { PaymentHistory } from './payment-history.tsx'
import { Spending, useSpending } from './spending.tsx'
import { Summary } from './summary.tsx'
import { texts } from './texts.ts'
import { TopUp } from './top-up.tsx'
import type { Purse, Terms } from './types.ts'

/** The owner's money: what there is, how long it lasts, where it went, and putting more in. `?payment=` is one to follow, as the bank sends its payer back. */
export function Balance() {
  const t = useWords(texts)
  const terms = useLoad(() => call<Terms>('GET', '/api/payments/terms'))
  return (
    <Page title={t.title} about={t.about}>
      <Show loaded={terms}>
        {(of) =>
          of.billing ? <Money terms={of} /> : <EmptyState icon="balance" title={t.is_off} text={t.is_off_text} />
        }
      </Show>
    </Page>
  )
}

function Money({ terms }: { terms: Terms }) {
  const t = useWords(texts)
  const [followed, setFollowed] = useQuery('payment')
  const purse = useLoad(() => call<Purse>('GET', '/api/balance'))
  const spending = useSpending()
  // What hangs on the balance is asked for again whenever that changes.
  const turn = purse.data && `${purse.data.balance}:${purse.data.pending_transactions}`
  return (
    <>
      {followed && <Followed key={followed} id={followed} onNews={purse.reload} onClose={() => setFollowed(null)} />}
      <Show loaded={purse} rows={1}>
        {(has) => (
          <div class="split">
            <Summary purse={has} spending={spending.loaded.data} />
            {terms.top_up ? (
              <TopUp terms={terms} />
            ) : (
              <Card title={t.top_up}>
                <p>{t.no_terminal}</p>
              </Card>
            )}
          </div>
        )}
      </Show>
      <Spending {...spending} />
      <PaymentHistory turn={turn} />
      <Entries turn={turn} />
    </>
  )
}
