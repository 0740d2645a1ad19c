import { useWords } from '../../core/i18n.ts'
import { useCounts } from './counts.ts'
import { texts } from './texts.ts'
import { FILTERS, type Filter } from './views.ts'

/** The choice of what the list shows, each with its number. */
export function Tabs({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const t = useWords(texts)
  const counts = useCounts()
  return (
    <ul class="dialog-tabs" aria-label={t.filters}>
      {FILTERS.map((one) => (
        <li key={one}>
          <button
            type="button"
            {...(one === filter ? { 'aria-current': 'true' as const } : {})}
            onClick={() => onChange(one)}
          >
            {t[one]}
            {Boolean(counts[one]) && (
              <span class={one === 'queue' ? 'tab-count waits' : 'tab-count'}>{counts[one]}</span>
            )}
          </button>
        </li>
      ))}
    </ul>
  )
}
