import { useState } from 'preact/hooks'
import { call } from '../core/api.ts'
import { useWords } from '../core/i18n.ts'
import { useAction } from '../core/load.ts'
import { go, Link } from '../core/router.ts'
import { signIn } from '../core/session.ts'
import { createStore, useStore } from '../core/store.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Form } from '../ui/form.tsx'
import { Unprotected } from './banner.tsx'
import { LanguageSwitch } from './language.tsx'
import { doorTexts } from './texts.ts'

/** Set when a password was just chosen, so that the sign-in page can say what comes next. */
const wasSaved = createStore(false)

// The server's own rule; a code is too dear to be spent on a password that will be refused.
const GOOD_PASSWORD = '(?=.*\\p{L})(?=.*\\d).{8,128}'

/** Signing in, asking for a new password, and setting one by a link. */
export function Door({ path }: { path: string }) {
  return (
    <main class="door">
      <Unprotected />
      <div class="door-sheet">
        <div class="brand">ReplyX</div>
        {path === '/invite' ? <Invited /> : path === '/forgot' ? <Forgot /> : <SignIn />}
      </div>
      <LanguageSwitch />
    </main>
  )
}

function SignIn() {
  const t = useWords(doorTexts)
  const saved = useStore(wasSaved)
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const action = useAction(async () => {
    await signIn(email.trim(), password)
    wasSaved.set(false)
  })
  return (
    <Form action={action} verb={t.enter} more={<Link to="/forgot">{t.forgot}</Link>}>
      <div>
        <h1>{t.sign_in}</h1>
        <p class="muted">{t.sign_in_about}</p>
      </div>
      {saved && <p class="good-news">{t.saved}</p>}
      <TextField label={t.email} type="email" autocomplete="username" required value={email} onChange={setEmail} />
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

function Forgot() {
  const t = useWords(doorTexts)
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
      <TextField
        label={t.email}
        type="email"
        autocomplete="username"
        required
        value={email}
        onChange={setEmail}
        name="email"
        problem={action.error}
      />
    </Form>
  )
}

function Invited() {
  const t = useWords(doorTexts)
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
  const t = useWords(doorTexts)
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
      <TextField
        label={t.new_password}
        hint={t.password_hint}
        type="password"
        autocomplete="new-password"
        required
        pattern={GOOD_PASSWORD}
        title={t.password_hint}
        value={password}
        onChange={setPassword}
        name="new_password"
        problem={action.error}
      />
    </Form>
  )
}
