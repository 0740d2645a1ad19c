import { useState } from 'preact/hooks'
import { useWords } from '../../core/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { submits } from '../../ui/form.tsx'
import { texts } from './texts.ts'

/** Chooses one owner by address or ID; an empty field means everybody. */
export function OwnerFilter({ owner, onChange }: { owner: string; onChange: (owner: string) => void }) {
  const t = useWords(texts)
  const [typed, setTyped] = useState(owner)
  return (
    <form class="owner-filter" onSubmit={submits(async () => onChange(typed.trim()))}>
      <TextField label={t.owner} type="search" maxLength={255} value={typed} onChange={setTyped} />
      <Button type="submit">{t.find}</Button>
    </form>
  )
}
