import { useWords } from '../../core/i18n.ts'
import { useQuery } from '../../core/router.ts'
import { Choice } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { AllPayments } from './all-payments.tsx'
import { Balances } from './balances.tsx'
import { Ledger } from './ledger.tsx'
import { SetupCards } from './setup.tsx'
import { texts } from './texts.ts'

type Part = 'list' | 'balances' | 'setup'

/** The admin's page of money: everybody's payments, balances, and how billing and the bank are set up; the part stands in the address. */
export function Payments() {
  const t = useWords(texts)
  const [wanted, setWanted] = useQuery('part')
  const part: Part = wanted === 'balances' || wanted === 'setup' ? wanted : 'list'
  const parts = (['list', 'balances', 'setup'] as const).map((value) => ({ value, label: t[value] }))
  return (
    <Page title={t.title} about={t.about}>
      <Choice
        label={t.part}
        options={parts}
        value={part}
        onChange={(next) => setWanted(next === 'list' ? null : next)}
      />
      {part === 'list' && <AllPayments />}
      {part === 'balances' && (
        <>
          <Balances />
          <Ledger />
        </>
      )}
      {part === 'setup' && <SetupCards />}
    </Page>
  )
}
