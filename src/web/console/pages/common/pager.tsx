import type { ComponentChildren } from 'preact'
import { useWords, words } from '../../core/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { List } from '../../ui/list.tsx'

const texts = words({
  ru: { earlier: 'Раньше', later: 'Позже', of: 'из', pages: 'Страницы' },
  en: { earlier: 'Older', later: 'Newer', of: 'of', pages: 'Pages' },
})

/** How many rows a page of a long list has. */
export const ROWS = 20

type Place = { offset: number; total: number; onChange: (to: number) => void }
type Props<T> = Place & { label: string; empty: string; rows: T[]; children: (row: T) => ComponentChildren }

/** One page of a long list, newest first, with the way to the others; `empty` is what to say when there is nothing. */
export function PagedList<T>({ label, empty, rows, children, ...place }: Props<T>) {
  if (place.total === 0) return <p class="muted">{empty}</p>
  return (
    <>
      <Pager {...place} />
      <List label={label}>{rows.map(children)}</List>
    </>
  )
}

function Pager({ offset, total, onChange }: Place) {
  const t = useWords(texts)
  if (total <= ROWS) return null
  return (
    <nav class="line" aria-label={t.pages}>
      <Button disabled={offset === 0} onClick={() => onChange(Math.max(0, offset - ROWS))}>
        {t.later}
      </Button>
      <span class="muted" aria-live="polite">
        {offset + 1}–{Math.min(offset + ROWS, total)} {t.of} {total}
      </span>
      <Button disabled={offset + ROWS >= total} onClick={() => onChange(offset + ROWS)}>
        {t.earlier}
      </Button>
    </nav>
  )
}
