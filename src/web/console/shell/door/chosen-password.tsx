import { useWords } from '../../core/i18n.ts'
import { TextField } from '../../ui/field.tsx'
import { texts } from './texts.ts'

// The server's own rule; a code is too dear to be spent on a password that will be refused.
const GOOD_PASSWORD = '(?=.*\\p{L})(?=.*\\d).{8,128}'

type Props = { label: string; name: string; value: string; onChange: (value: string) => void; problem: unknown }

/** A field for a password that is being chosen; the browser refuses what the server would. */
export function ChosenPassword({ label, name, value, onChange, problem }: Props) {
  const t = useWords(texts)
  return (
    <TextField
      label={label}
      hint={t.password_hint}
      type="password"
      autocomplete="new-password"
      required
      pattern={GOOD_PASSWORD}
      title={t.password_hint}
      value={value}
      onChange={onChange}
      name={name}
      problem={problem}
    />
  )
}
