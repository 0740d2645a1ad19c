import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { go, Link } from '../../core/router.ts'
import { createStore } from '../../core/store.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { ChosenPassword, EmailField } from './fields.tsx'
import { texts } from './texts.ts'

/** Set when a password was just chosen, so that the sign-in page can say what comes next. */
export const wasSaved = createStore(false)

/** Asking for a letter with a code, and setting a new password by it. */
export function Forgot() {
  const t = useWords(texts)
  const [email, setEmail] = useState('')
  const [isSent, setSent] = useState(false)
  const action = useAction(async () => {
    await call('POST', '/api/auth/forgot-password', { email: email.trim() })
    setSent(true)
  })
  if (isSent) return <NewPassword title={t.forgot_title} about={t.forgot_about} />
  return (
    <Form
      action={action}
      fields={['email']}
      verb={t.send_code}
      more={
        <>
          <Button look="quiet" onClick={() => setSent(true)}>
            {t.have_code}
          </Button>
          <Link to="/">{t.back}</Link>
        </>
      }
    >
      <div>
        <h1>{t.forgot_title}</h1>
        <p class="muted">{t.forgot_about}</p>
      </div>
      <EmailField value={email} onChange={setEmail} problem={action.error} />
    </Form>
  )
}

/** Setting the first password by the link of an invitation. */
export function Invited() {
  const t = useWords(texts)
  const [token] = useState(() => decodeURIComponent(location.hash.slice(1)))
  if (token) return <NewPassword title={t.invite_title} about={t.invite_about} token={token} />
  return (
    <>
      <p class="problem">{t.invite_broken}</p>
      <Link to="/">{t.back}</Link>
    </>
  )
}

function NewPassword({ title, about, token }: { title: string; about: string; token?: string }) {
  const t = useWords(texts)
  const [code, setCode] = useState(token ?? '')
  const [password, setPassword] = useState('')
  const action = useAction(async () => {
    await call('POST', '/api/auth/reset-password', { token: code.trim(), new_password: password })
    wasSaved.set(true)
    go('/', { replace: true }) // the link in the history would be of no use, and it was a secret
  })
  return (
    <Form action={action} fields={['new_password']} verb={t.set_password} more={<Link to="/">{t.back}</Link>}>
      <div>
        <h1>{title}</h1>
        <p class="muted">{about}</p>
      </div>
      {token === undefined && (
        <TextField label={t.code} autocomplete="one-time-code" required value={code} onChange={setCode} />
      )}
      <ChosenPassword
        label={t.new_password}
        name="new_password"
        value={password}
        onChange={setPassword}
        problem={action.error}
      />
    </Form>
  )
}
