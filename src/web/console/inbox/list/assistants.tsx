import { useWords } from '../../core/i18n.ts'
import { useQuery } from '../../core/router.ts'
import { useKnown } from '../known.ts'
import { texts } from './texts.ts'

/** A choice of one assistant's dialogs, where there are several. Operators may not list assistants, so those that are met are offered. */
export function AssistantChoice() {
  const t = useWords(texts)
  const [chosen, setChosen] = useQuery('assistant')
  const met = new Map([...useKnown().values()].map((one) => [String(one.assistant_id), one.assistant_name]))
  if (met.size < 2 && chosen === null) return null
  return (
    <select
      class="dialog-assistant"
      aria-label={t.assistant}
      value={chosen ?? ''}
      onChange={(event) => setChosen(event.currentTarget.value || null)}
    >
      <option value="">{t.every_assistant}</option>
      {[...met].map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}
