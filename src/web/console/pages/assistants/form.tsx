import { useState } from 'preact/hooks'
import { language, useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import type { Assistant } from '../../core/types.ts'
import { Button } from '../../ui/button.tsx'
import { Choice, Select, Switch, TextArea, TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Card } from '../../ui/page.tsx'
import { common } from '../common/texts.ts'
import { texts } from './texts.ts'

export type Fields = Pick<Assistant, 'name' | 'description' | 'system_prompt' | 'ai_model' | 'locale' | 'is_active'>
export type Template = {
  template: string
  locale: 'ru' | 'en'
  name: string
  description: string
  system_prompt: string
}

const NAMES = ['name', 'description', 'system_prompt', 'ai_model']
// What the appliance knows by name; a key or a local server may give others, so any can be typed.
const MODELS = ['builtin', 'gpt-4o-mini', 'gpt-4o', 'yandexgpt', 'yandexgpt-lite', 'ollama/llama3.2']
const LOCALES = [
  { value: 'ru', label: 'Русский' },
  { value: 'en', label: 'English' },
] as const

/** The form of an assistant, for a new one with templates to start from. */
export function AssistantForm({
  assistant,
  templates = [],
  onSave,
  onRemove,
}: {
  assistant?: Assistant
  templates?: Template[]
  onSave: (fields: Fields) => Promise<void>
  onRemove?: () => void
}) {
  const t = useWords(texts)
  const c = useWords(common)
  const [fields, setFields] = useState<Fields>(() => fieldsOf(assistant))
  const action = useAction(() => onSave(fields))
  const change = (part: Partial<Fields>) => setFields((now) => ({ ...now, ...part }))
  return (
    <Card title={t.main}>
      <Form
        action={action}
        fields={NAMES}
        verb={assistant ? c.save : t.create}
        more={
          onRemove && (
            <Button look="quiet" icon="trash" onClick={onRemove}>
              {c.remove}
            </Button>
          )
        }
      >
        {templates.length > 0 && <TemplateChoice templates={templates} onChoose={change} />}
        <TextField
          label={t.name}
          hint={t.name_hint}
          name="name"
          problem={action.error}
          required
          maxLength={100}
          value={fields.name}
          onChange={(name) => change({ name })}
        />
        <TextField
          label={t.description}
          hint={t.description_hint}
          optional
          name="description"
          problem={action.error}
          maxLength={1000}
          value={fields.description}
          onChange={(description) => change({ description })}
        />
        <TextArea
          label={t.instructions}
          hint={t.instructions_hint}
          name="system_prompt"
          problem={action.error}
          rows={9}
          maxLength={5000}
          value={fields.system_prompt}
          onChange={(system_prompt) => change({ system_prompt })}
        />
        <TextField
          label={t.model}
          hint={t.model_hint}
          name="ai_model"
          problem={action.error}
          required
          list="models"
          maxLength={100}
          value={fields.ai_model}
          onChange={(ai_model) => change({ ai_model })}
        />
        <datalist id="models">
          {MODELS.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Choice label={t.locale} options={LOCALES} value={fields.locale} onChange={(locale) => change({ locale })} />
        <Switch
          label={t.active}
          hint={t.active_hint}
          on={fields.is_active}
          onChange={(is_active) => change({ is_active })}
        />
      </Form>
    </Card>
  )
}

function TemplateChoice({ templates, onChoose }: { templates: Template[]; onChoose: (part: Partial<Fields>) => void }) {
  const t = useWords(texts)
  const [chosen, setChosen] = useState('')
  const offered = templates.filter(({ locale }) => locale === language.get())
  const choose = (value: string) => {
    setChosen(value)
    const found = offered.find(({ template }) => template === value)
    if (found) onChoose({ system_prompt: found.system_prompt, description: found.description, locale: found.locale })
  }
  return (
    <Select
      label={t.template}
      value={chosen}
      onChange={choose}
      options={[
        { value: '', label: t.template_blank },
        ...offered.map(({ template, name }) => ({ value: template, label: name })),
      ]}
    />
  )
}

function fieldsOf(assistant: Assistant | undefined): Fields {
  const { name, description, system_prompt, ai_model, locale, is_active } = assistant ?? {
    name: '',
    description: '',
    system_prompt: '',
    ai_model: 'builtin',
    locale: language.get(),
    is_active: true,
  }
  return { name, description, system_prompt, ai_model, locale, is_active }
}
