import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction, useLoad } from '../../core/load.ts'
import { TextArea } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Show } from '../../ui/list.tsx'
import { Card } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.tsx'
import { linesOf } from '../common/lines.ts'
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
  const action = useAction(async () => {
    const saved = await call<Settings>('PUT', '/api/handoff/settings', { phrases: linesOf(text) })
    setText(saved.phrases.join('\n'))
    toast(c.saved)
  })
  return (
    <Form action={action} verb={c.save}>
      <TextArea label={t.phrases_label} placeholder={t.phrases_example} rows={5} value={text} onChange={setText} />
    </Form>
  )
}
