import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { ApiError } from '../../core/errors.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction, useLoad } from '../../core/load.ts'
import { Link } from '../../core/router.ts'
import { signIn } from '../../core/session.ts'
import { useStore } from '../../core/store.ts'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { ConfirmAddress } from './confirm-address.tsx'
import { EmailField } from './fields.tsx'
import { wasSaved } from './new-password.tsx'
import { texts } from './texts.ts'

/** Signing in; an address that is not confirmed yet is asked for its code. */
export function SignIn() {
  const t = useWords(texts)
  const saved = useStore(wasSaved)
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [isUnconfirmed, setUnconfirmed] = useState(false)
  const action = useAction(async () => {
    try {
      await signIn(email.trim(), password)
      wasSaved.set(false)
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'EMAIL_NOT_CONFIRMED') throw error
      setUnconfirmed(true)
    }
  })
  if (isUnconfirmed)
    return <ConfirmAddress email={email.trim()} password={password} onDone={() => setUnconfirmed(false)} />
  return (
    <Form action={action} verb={t.enter} more={<OtherWays />}>
      <div>
        <h1>{t.sign_in}</h1>
        <p class="muted">{t.sign_in_about}</p>
      </div>
      {saved && <p class="good-news">{t.saved}</p>}
      <EmailField value={email} onChange={setEmail} />
      <TextField
        label={t.password}
        type="password"
        autocomplete="current-password"
        required
        value={password}
        onChange={setPassword}
      />
    </Form>
  )
}

function OtherWays() {
  const t = useWords(texts)
  const { data } = useLoad(() => call<{ registration: boolean }>('GET', '/api/console/door'))
  return (
    <>
      <Link to="/forgot">{t.forgot}</Link>
      {data?.registration && <Link to="/register">{t.register}</Link>}
    </>
  )
}
