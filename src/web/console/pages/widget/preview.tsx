import { useLayoutEffect, useRef } from 'preact/hooks'
import { accentOf } from '../../../widget/shared/colour.ts'
import { useWords } from '../../core/i18n.ts'
import { Icon } from '../../ui/icon.tsx'
import { linesOf } from '../common/lines.ts'
import type { LookFields } from './look-form.tsx'
import { texts } from './texts.ts'

/** A drawing of the open widget as the form has it now. */
export function Preview({ fields, name }: { fields: LookFields; name: string }) {
  const t = useWords(texts)
  const node = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    // Through the object model: the page's policy allows no style attributes.
    const { accent, on_accent } = accentOf(fields.color)
    node.current?.style.setProperty('--widget', accent)
    node.current?.style.setProperty('--on-widget', on_accent)
  }, [fields.color])
  return (
    <div class={`preview ${fields.position}`} ref={node} aria-hidden="true">
      <div class="preview-window">
        <div class="preview-head">{fields.title || name}</div>
        <div class="preview-talk">
          <p class="preview-bubble">{fields.greeting || t.greeting_example}</p>
          {linesOf(fields.suggestions).map((line) => (
            <span key={line} class="preview-suggestion">
              {line}
            </span>
          ))}
        </div>
        <div class="preview-input">{t.placeholder}</div>
        {fields.consent_text && <p class="preview-consent">{fields.consent_text}</p>}
      </div>
      <span class="preview-button">
        <Icon name="unanswered" />
      </span>
    </div>
  )
}
