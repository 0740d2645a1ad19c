import { useWords, words } from '../../core/i18n.ts'
import { Button } from '../../ui/button.tsx'

const texts = words({
  ru: { earlier: 'Раньше', later: 'Позже', of: 'из', pages: 'Страницы' },
  en: { earlier: 'Older', later: 'Newer', of: 'of', pages: 'Pages' },
})

/** How many rows a page of a long list has. */
export const ROWS = 20

/** Goes through a long list, newest first; nothing when all of it is in sight. */
export function Pager({ offset, total, onChange }: { offset: number; total: number; onChange: (to: number) => void }) {
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
