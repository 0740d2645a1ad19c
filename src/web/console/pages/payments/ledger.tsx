import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { Button } from '../../ui/button.tsx'
import { Problem } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { texts } from './texts.ts'
import type { Verified } from './types.ts'

/** Adds all balances up again when asked, and says where they do not fit. */
export function Ledger() {
  const t = useWords(texts)
  const [result, setResult] = useState<Verified>()
  const verify = useAction(async () => setResult(await call<Verified>('GET', '/api/admin/ledger/verification')))
  return (
    <Card title={t.ledger} about={t.ledger_about}>
      <div role="status">
        {result?.ok && (
          <p class="ledger-ok">
            {t.all_fits}. {t.owners}: {result.owners}, {t.entries}: {result.entries}.
          </p>
        )}
        {result?.broken.map(({ tenant_id, seq, why }) => (
          <p key={tenant_id} class="problem">
            {t.owner_is} {tenant_id}, {seq === null ? t.balance : `${t.entry} ${seq}`}: {why}
          </p>
        ))}
      </div>
      <Problem of={verify.error} />
      <div>
        <Button busy={verify.busy} onClick={() => void verify.run()}>
          {t.verify}
        </Button>
      </div>
    </Card>
  )
}
