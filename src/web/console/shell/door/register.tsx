import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { go, Link } from '../../core/router.ts'
import { signIn } from '../../core/session.ts'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { ConfirmAddress } from './confirm-address.tsx'
import { ChosenPassword, EmailField } from './fields.tsx'
import { texts } from './texts.ts'

/** Opening an account of one's own, where the appliance lets anybody do that. */
export function Register() {
  const t = useWords(texts)
  const [first_name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [isAsked, setAsked] = useState(false)
  const enter = () => go('/', { replace: true })
  const action = useAction(async () => {
    const wanted = { email: email.trim(), password, ...(first_name.trim() ? { first_name: first_name.trim() } : {}) }
    const opened = await call<{ email_confirmation_required: boolean }>('POST', '/api/auth/register', wanted)
    if (opened.email_confirmation_required) return setAsked(true)
    await signIn(wanted.email, password)
    enter()
  })
  if (isAsked) return <ConfirmAddress email={email.trim()} password={password} onDone={enter} />
  return (
    <Form
      action={action}
      fields={['email', 'password', 'first_name']}
      verb={t.open_account}
      more={<Link to="/">{t.back}</Link>}
    >
      <div>
        <h1>{t.register_title}</h1>
        <p class="muted">{t.register_about}</p>
      </div>
      <TextField
        label={t.name}
        autocomplete="given-name"
        maxLength={100}
        optional
        value={first_name}
        onChange={setName}
        name="first_name"
        problem={action.error}
      />
      <EmailField value={email} onChange={setEmail} problem={action.error} />
      <ChosenPassword
        label={t.password}
        name="password"
        value={password}
        onChange={setPassword}
        problem={action.error}
      />
    </Form>
  )
}
