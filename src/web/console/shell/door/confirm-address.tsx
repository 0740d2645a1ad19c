import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { signIn } from '../../core/session.ts'
import { Button } from '../../ui/button.tsx'
import { Problem, TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { toast } from '../../ui/toast.tsx'
import { texts } from './texts.ts'

type Props = { email: string; password: string; onDone: () => void }

/** Confirms an address by the code of the letter, and signs in if the password is the account's. */
export function ConfirmAddress({ email, password, onDone }: Props) {
  const t = useWords(texts)
  const [code, setCode] = useState('')
  const action = useAction(async () => {
    await call('POST', '/api/email/confirm_email', { email, code: code.trim() })
    // Whoever opened the account twice may have another password in mind; the sign-in page is next then.
    await signIn(email, password).catch(() => {})
    onDone()
  })
  const again = useAction(async () => {
    await call('POST', '/api/email/resend_confirmation', { email })
    toast(t.sent_again)
  })
  return (
    <Form
      action={action}
      fields={['code']}
      verb={t.confirm}
      more={
        <>
          <Button look="quiet" busy={again.busy} onClick={() => void again.run()}>
            {t.send_again}
          </Button>
          <Problem of={again.error} />
        </>
      }
    >
      <div>
        <h1>{t.confirm_title}</h1>
        <p class="muted">
          {t.confirm_about} {email}
        </p>
        <p class="muted small">{t.confirm_hint}</p>
      </div>
      <TextField
        label={t.code}
        autocomplete="one-time-code"
        inputMode="numeric"
        pattern="\s*\d{6}\s*"
        title={t.code_hint}
        required
        value={code}
        onChange={setCode}
        name="code"
        problem={action.error}
      />
    </Form>
  )
}
