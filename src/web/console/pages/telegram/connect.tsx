import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { Button } from '../../ui/button.tsx'
import { Problem, TextField } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.tsx'
import { submits } from '../common/submits.ts'
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
  const { run, busy, error } = useAction(async () => {
    await call('POST', '/api/bots', { assistant_id, token: token.trim() })
    setToken('')
    toast(t.connected)
    await onConnected()
  })
  return (
    <form class="stack" onSubmit={submits(run)}>
      <TextField
        label={t.token}
        hint={t.token_hint}
        name="token"
        problem={error}
        required
        maxLength={100}
        autocomplete="off"
        spellcheck={false}
        value={token}
        onChange={setToken}
      />
      <Problem of={error} fields={['token']} />
      <div class="actions left">
        <Button type="submit" look="main" busy={busy}>
          {t.connecting}
        </Button>
      </div>
    </form>
  )
}
