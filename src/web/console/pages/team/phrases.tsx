import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction, useLoad } from '../../core/load.ts'
import { Button } from '../../ui/button.tsx'
import { Problem, TextArea } from '../../ui/field.tsx'
import { Show } from '../../ui/list.tsx'
import { Card } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.tsx'
import { submits } from '../common/submits.ts'
import { common } from '../common/texts.ts'
import { texts } from './texts.ts'

type Settings = { phrases: string[] }

/** The shop's own words that call a human. */
export function Phrases() {
  const t = useWords(texts)
  const settings = useLoad(() => call<Settings>('GET', '/api/handoff/settings'))
  return (
    <Card title={t.phrases} about={t.phrases_about}>
      <Show loaded={settings} rows={2}>
        {({ phrases }) => <PhrasesForm phrases={phrases} />}
      </Show>
    </Card>
  )
}

function PhrasesForm({ phrases }: Settings) {
  const t = useWords(texts)
  const c = useWords(common)
  const [text, setText] = useState(phrases.join('\n'))
  const { run, busy, error } = useAction(async () => {
    const wanted = text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
    const saved = await call<Settings>('PUT', '/api/handoff/settings', { phrases: wanted })
    setText(saved.phrases.join('\n'))
    toast(c.saved)
  })
  return (
    <form class="stack" onSubmit={submits(run)}>
      <TextArea label={t.phrases_label} placeholder={t.phrases_example} rows={5} value={text} onChange={setText} />
      <Problem of={error} />
      <div class="actions left">
        <Button type="submit" look="main" busy={busy}>
          {c.save}
        </Button>
      </div>
    </form>
  )
}
