import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { Button, CopyButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { texts } from './texts.ts'

/** A window that makes an operator and a link for them. */
export function Invite({ onClose, onInvited }: { onClose: () => void; onInvited: (invite_url: string) => void }) {
  const t = useWords(texts)
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const action = useAction(async () => {
    const { invite_url } = await call<{ invite_url: string }>('POST', '/api/operators', { name, email: email.trim() })
    onInvited(invite_url)
  })
  return (
    <FormDialog title={t.invite} action={action} fields={['name', 'email']} verb={t.make_link} onClose={onClose}>
      <TextField
        label={t.name}
        hint={t.name_hint}
        name="name"
        problem={action.error}
        required
        maxLength={100}
        value={name}
        onChange={setName}
      />
      <TextField
        label={t.email}
        type="email"
        name="email"
        problem={action.error}
        required
        maxLength={255}
        value={email}
        onChange={setEmail}
      />
    </FormDialog>
  )
}

/** A window with a link to be copied. */
export function InviteLink({ url, onClose }: { url: string; onClose: () => void }) {
  const t = useWords(texts)
  return (
    <Dialog title={t.link_title} onClose={onClose}>
      <p>{t.link_text}</p>
      <pre class="code">{url}</pre>
      <div class="actions">
        <CopyButton text={url} look="main" />
        <Button onClick={onClose}>{t.done}</Button>
      </div>
    </Dialog>
  )
}
