import { useWords } from '../../core/i18n.ts'
import { TextField } from '../../ui/field.tsx'
import { texts } from './texts.ts'

// The server's own rule; a code is too dear to be spent on a password that will be refused.
const GOOD_PASSWORD = '(?=.*\\p{L})(?=.*\\d).{8,128}'

type Value = { value: string; onChange: (value: string) => void; problem?: unknown }

/** The address somebody signs in with. */
export function EmailField(rest: Value) {
  const t = useWords(texts)
  return <TextField label={t.email} type="email" autocomplete="username" required name="email" {...rest} />
}

/** A field for a password that is being chosen; the browser refuses what the server would. */
export function ChosenPassword(rest: Value & { label: string; name: string }) {
  const t = useWords(texts)
  return (
    <TextField
      hint={t.password_hint}
      type="password"
      autocomplete="new-password"
      required
      pattern={GOOD_PASSWORD}
      title={t.password_hint}
      {...rest}
    />
  )
}
