import { useState } from 'preact/hooks'
import { call, callBlob } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction, useLoad } from '../../core/load.ts'
import { Button } from '../../ui/button.tsx'
import { Choice, Problem } from '../../ui/field.tsx'
import { Row, Show } from '../../ui/list.tsx'
import { Card } from '../../ui/page.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { Time } from '../../ui/time.tsx'
import { roubles } from '../common/money.ts'
import { PagedList, ROWS } from '../common/pager.tsx'
import { texts } from './texts.ts'
import type { Entry } from './types.ts'

type Kind = 'all' | 'credit' | 'debit'

/** Every movement of the balance: of one kind or all, and as a file; asked for again when `turn` changes. */
export function Entries({ turn }: { turn: string | undefined }) {
  const t = useWords(texts)
  const [kind, setKind] = useState<Kind>('all')
  const [offset, setOffset] = useState(0)
  const filter = kind === 'all' ? '' : `type=${kind}`
  const path = `/api/balance/transactions?limit=${ROWS}&offset=${offset}&${filter}`
  const loaded = useLoad(() => call<{ transactions: Entry[]; total: number }>('GET', path), [path, turn])
  const file = useAction(async () =>
    saveFile(await callBlob(`/api/balance/transactions/export?${filter}`), 'balance.csv'),
  )
  const kinds = (['all', 'credit', 'debit'] as const).map((value) => ({ value, label: t[value] }))
  const choose = (next: Kind) => {
    setKind(next)
    setOffset(0)
  }
  return (
    <Card title={t.entries}>
      <div class="entries-head">
        <Choice label={t.kind} options={kinds} value={kind} onChange={choose} />
        <Button icon="file" busy={file.busy} onClick={() => void file.run()}>
          {t.as_file}
        </Button>
      </div>
      <Problem of={file.error} />
      <Show loaded={loaded}>
        {({ transactions, total }) => (
          <PagedList
            label={t.entries}
            empty={t.no_entries}
            rows={transactions}
            offset={offset}
            total={total}
            onChange={setOffset}
          >
            {(entry) => <EntryRow key={entry.id} entry={entry} />}
          </PagedList>
        )}
      </Show>
    </Card>
  )
}

function EntryRow({ entry: { description, amount, balance_after, details, created_at } }: { entry: Entry }) {
  const t = useWords(texts)
  const why = typeof details.why === 'string' ? ` · ${details.why}` : ''
  return (
    <Row
      title={description}
      about={
        <>
          <Time at={created_at} />
          {why} · {t.after}: {roubles(balance_after)}
        </>
      }
    >
      <strong class={amount > 0 ? 'money-in' : ''}>{amount > 0 ? `+${roubles(amount)}` : roubles(amount)}</strong>
    </Row>
  )
}
