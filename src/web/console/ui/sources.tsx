import { useWords } from '../core/i18n.ts'
import type { Source } from '../core/types.ts'
import { texts } from './texts.ts'

/** What an answer stands on, folded away until somebody wants to see it. */
export function Sources({ of }: { of: Source[] }) {
  const t = useWords(texts)
  return (
    <details class="sources">
      <summary>
        {t.sources}: {of.length}
      </summary>
      <ol>
        {of.map((source) => (
          <li key={source.n} value={source.n}>
            <strong>{source.title}</strong>
            <p>{source.text}</p>
          </li>
        ))}
      </ol>
    </details>
  )
}
