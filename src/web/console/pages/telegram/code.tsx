import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { Button, CopyButton } from '../../ui/button.tsx'
import { Problem } from '../../ui/field.tsx'
import { texts } from './texts.ts'

type Code = { command: string; url: string | null }

/** A button that makes a one-time code, then the command to be sent with it. */
export function LinkCode({ purpose }: { purpose: 'group' | 'operator' }) {
  const t = useWords(texts)
  const [code, setCode] = useState<Code>()
  const { run, busy, error } = useAction(async () => {
    setCode(await call<Code>('POST', '/api/telegram/codes', { purpose }))
  })
  if (code === undefined)
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
      <pre class="code">{code.command}</pre>
      <p class="hint">{t.valid}</p>
      <div class="actions left">
        <CopyButton text={code.command} look="main" />
        {code.url && (
          <a href={code.url} target="_blank" rel="noopener noreferrer">
            {t.by_link}
          </a>
        )}
      </div>
    </div>
  )
}
