import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { Button, CopyButton } from '../../ui/button.tsx'
import { Problem } from '../../ui/field.tsx'
import { texts } from './texts.ts'

/** A button that makes a one-time code, then the command to be sent with it. */
export function LinkCode({ purpose }: { purpose: 'group' | 'operator' }) {
  const t = useWords(texts)
  const [command, setCommand] = useState<string>()
  const { run, busy, error } = useAction(async () => {
    setCommand((await call<{ command: string }>('POST', '/api/telegram/codes', { purpose })).command)
  })
  if (command === undefined)
    return (
      <div class="command">
        <Problem of={error} />
        <div class="actions left">
          <Button busy={busy} onClick={() => void run()}>
            {t.get_code}
          </Button>
        </div>
      </div>
    )
  return (
    <div class="command" aria-live="polite">
      <pre class="code">{command}</pre>
      <p class="hint">{t.valid}</p>
      <div class="actions left">
        <CopyButton text={command} look="main" />
      </div>
    </div>
  )
}
