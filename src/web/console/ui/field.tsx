import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'
import { fieldOf, sentenceOf } from '../core/errors.ts'
import { useWords } from '../core/i18n.ts'
import { texts } from './texts.ts'

type Around = {
  label: string
  hint?: ComponentChildren
  optional?: boolean
  /** What the last try ended with; shown here when it is about the field of this name. */
  problem?: unknown
  name?: string
}
type Bound = { id: string; name?: string; 'aria-describedby'?: string; 'aria-invalid'?: true }

function Field({
  label,
  hint,
  optional,
  problem,
  name,
  children,
}: Around & { children: (bound: Bound) => ComponentChildren }) {
  const t = useWords(texts)
  const id = useId()
  const isWrong = problem !== undefined && name !== undefined && fieldOf(problem) === name
  const described = [hint && `${id}-hint`, isWrong && `${id}-wrong`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional && <span class="muted"> · {t.optional}</span>}
      </label>
      {children({
        id,
        ...(name ? { name } : {}),
        ...(described ? { 'aria-describedby': described } : {}),
        ...(isWrong ? { 'aria-invalid': true as const } : {}),
      })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {isWrong && (
        <p class="wrong" id={`${id}-wrong`} role="alert">
          {sentenceOf(problem)}
        </p>
      )}
    </div>
  )
}

type Change = { value: string; onChange: (value: string) => void }
type InputProps = Around & Change & Omit<JSX.IntrinsicElements['input'], 'onChange' | 'value' | 'label' | 'name'>

/** One line of text with its label. */
export function TextField({ label, hint, optional, problem, name, onChange, ...rest }: InputProps) {
  return (
    <Field {...({ label, hint, optional, problem, name } as Around)}>
      {(bound) => <input {...rest} {...bound} onInput={(event) => onChange(event.currentTarget.value)} />}
    </Field>
  )
}

type AreaProps = Around & Change & Omit<JSX.IntrinsicElements['textarea'], 'onChange' | 'value' | 'label' | 'name'>

/** Several lines of text with their label. */
export function TextArea({ label, hint, optional, problem, name, onChange, ...rest }: AreaProps) {
  return (
    <Field {...({ label, hint, optional, problem, name } as Around)}>
      {(bound) => <textarea rows={4} {...rest} {...bound} onInput={(event) => onChange(event.currentTarget.value)} />}
    </Field>
  )
}

type Options<V> = { options: readonly { value: V; label: string }[]; value: V; onChange: (value: V) => void }

/** A choice of one. */
export function Select<V extends string>({ options, value, onChange, ...around }: Around & Options<V>) {
  return (
    <Field {...around}>
      {(bound) => (
        <select {...bound} value={value} onChange={(event) => onChange(event.currentTarget.value as V)}>
          {options.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** On or off, at once. */
export function Switch({
  label,
  hint,
  on,
  onChange,
}: {
  label: string
  hint?: string
  on: boolean
  onChange: (on: boolean) => void
}) {
  const id = useId()
  return (
    <div class="switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={on}
        aria-checked={on}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label for={id}>
        {label}
        {hint && (
          <span class="hint" id={`${id}-hint`}>
            {hint}
          </span>
        )}
      </label>
    </div>
  )
}

/** A choice of few, all in sight. */
export function Choice<V extends string>({ label, options, value, onChange }: Options<V> & { label: string }) {
  const name = useId()
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="segments">
        {options.map((one) => (
          <label key={one.value}>
            <input type="radio" name={name} checked={one.value === value} onChange={() => onChange(one.value)} />
            <span>{one.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** Why a form was refused, when no field of it shows that. `fields` are the names the form has. */
export function Problem({ of, fields = [] }: { of: unknown; fields?: readonly string[] }) {
  if (of === undefined || fields.includes(fieldOf(of) ?? '')) return null
  return (
    <p class="problem" role="alert">
      {sentenceOf(of)}
    </p>
  )
}
