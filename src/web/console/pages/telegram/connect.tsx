import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Card } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.tsx'
import { texts } from './texts.ts'
import './telegram.css'

/** The way from no bot to a connected one, step by step. */
export function Connect({ assistant_id, onConnected }: { assistant_id: number; onConnected: () => Promise<void> }) {
  const t = useWords(texts)
  return (
    <Card title={t.connect} about={t.connect_about}>
      <ol class="steps">
        <li>{t.step_1}</li>
        <li>{t.step_2}</li>
        <li>{t.step_3}</li>
      </ol>
      <TokenForm assistant_id={assistant_id} onConnected={onConnected} />
    </Card>
  )
}

/** The form for a token; the same bot again only gets the new one. */
export function TokenForm({ assistant_id, onConnected }: { assistant_id: number; onConnected: () => Promise<void> }) {
  const t = useWords(texts)
  const [token, setToken] = useState('')
  const action = useAction(async () => {
    await call('POST', '/api/bots', { assistant_id, token: token.trim() })
    setToken('')
    toast(t.connected)
    await onConnected()
  })
  return (
    <Form action={action} fields={['token']} verb={t.connecting}>
      <TextField
        label={t.token}
        hint={t.token_hint}
        name="token"
        problem={action.error}
        required
        maxLength={100}
        autocomplete="off"
        spellcheck={false}
        value={token}
        onChange={setToken}
      />
    </Form>
  )
}
