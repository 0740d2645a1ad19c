import { useWords } from '../../core/i18n.ts'
import { RichText } from '../../ui/rich-text.tsx'
import { useTyping } from '../passing.ts'
import type { Dialog } from '../types.ts'
import { texts } from './texts.ts'

/** What is under way at the end of a conversation: the answer that is being written, and who types. */
export function Live({ dialog }: { dialog: Dialog }) {
  const t = useWords(texts)
  const { draft, visitor, operator } = useTyping(dialog.id)
  return (
    <>
      {draft && (
        <div class="entry ours assistant draft" aria-live="off">
          <p class="entry-head">
            {t.writing} <Dots />
          </p>
          <div class="bubble">
            <RichText text={draft.text} />
          </div>
        </div>
      )}
      {visitor && (
        <p class="entry-typing">
          {t.visitor_types} <Dots />
        </p>
      )}
      {operator && (
        <p class="entry-typing ours">
          {operator} {t.operator_types} <Dots />
        </p>
      )}
    </>
  )
}

function Dots() {
  return (
    <span class="dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  )
}
