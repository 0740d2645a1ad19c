import { useId } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { refusal } from '../../core/errors.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import type { Assistant } from '../../core/types.ts'
import { Choice, Switch, TextArea, TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Card } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.tsx'
import { linesOf } from '../common/lines.ts'
import { common } from '../common/texts.ts'
import { texts } from './texts.ts'

/** The widget as its form holds it: lists as lines. */
export type LookFields = {
  title: string
  greeting: string
  color: string
  position: 'right' | 'left'
  consent_text: string
  suggestions: string
  allowed_domains: string
  is_on: boolean
}

// The API's own limits: more than fits a phone's screen helps nobody.
const MOST_SUGGESTIONS = 6
const LONGEST_SUGGESTION = 120

/** The look of an assistant's widget as its form holds it. */
export function fieldsOf({ widget, allowed_domains, website_integration }: Assistant): LookFields {
  return {
    ...widget,
    suggestions: widget.suggestions.join('\n'),
    allowed_domains: allowed_domains.join('\n'),
    is_on: website_integration,
  }
}

/** The form of the widget's look; saving sends the whole of it, and `onSaved` gets what the server made of it. */
export function LookForm({
  assistant_id,
  fields,
  onChange,
  onSaved,
}: {
  assistant_id: number
  fields: LookFields
  onChange: (part: Partial<LookFields>) => void
  onSaved: (changed: Assistant) => void
}) {
  const t = useWords(texts)
  const c = useWords(common)
  const action = useAction(async () => {
    const { suggestions: lines, allowed_domains, is_on, ...look } = fields
    const suggestions = linesOf(lines)
    if (suggestions.length > MOST_SUGGESTIONS || suggestions.some(({ length }) => length > LONGEST_SUGGESTION))
      throw refusal('suggestions', t.suggestions_limit)
    const widget = { ...look, suggestions }
    const body = { widget, allowed_domains: linesOf(allowed_domains), website_integration: is_on }
    onSaved(await call<Assistant>('PATCH', `/api/assistants/${assistant_id}`, body))
    toast(c.saved)
  })
  const field = (name: 'title' | 'greeting' | 'consent_text' | 'suggestions' | 'allowed_domains', max: number) => ({
    name,
    problem: action.error,
    value: fields[name],
    maxLength: max,
    onChange: (value: string) => onChange({ [name]: value }),
  })
  return (
    <Card title={t.look}>
      <Form action={action} fields={['suggestions', 'allowed_domains']} verb={c.save}>
        <Switch label={t.on} hint={t.on_hint} on={fields.is_on} onChange={(is_on) => onChange({ is_on })} />
        <div class="line looks">
          <Colour value={fields.color} onChange={(color) => onChange({ color })} />
          <Choice
            label={t.position}
            options={[
              { value: 'left', label: t.left },
              { value: 'right', label: t.right },
            ]}
            value={fields.position}
            onChange={(position) => onChange({ position })}
          />
        </div>
        <TextField label={t.window_title} hint={t.window_title_hint} optional {...field('title', 100)} />
        <TextArea label={t.greeting} placeholder={t.greeting_example} optional rows={3} {...field('greeting', 500)} />
        <TextArea label={t.suggestions} hint={t.suggestions_hint} optional {...field('suggestions', 800)} />
        <TextArea label={t.consent} hint={t.consent_hint} optional rows={2} {...field('consent_text', 500)} />
        <TextArea label={t.domains} hint={t.domains_hint} optional rows={3} {...field('allowed_domains', 5000)} />
      </Form>
    </Card>
  )
}

function Colour({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useWords(texts)
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{t.color}</label>
      <input id={id} type="color" value={value} onInput={(event) => onChange(event.currentTarget.value)} />
    </div>
  )
}
