import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { TextArea, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { toast } from '../../ui/toast.tsx'
import { common } from '../common/texts.ts'
import type { Pair } from './pairs.tsx'
import { texts } from './texts.ts'

/** A window for one question and its answer, new or known; it answers from the moment it is saved. */
export function PairEditor({
  assistant_id,
  pair,
  question: first,
  onClose,
  onSaved,
}: {
  assistant_id: number
  pair: Pair | undefined
  question: string
  onClose: () => void
  onSaved: () => Promise<void>
}) {
  const t = useWords(texts)
  const c = useWords(common)
  const [question, setQuestion] = useState(pair?.question ?? first.slice(0, 500))
  const [answer, setAnswer] = useState(pair?.answer ?? '')
  const [tags, setTags] = useState(pair?.tags.join(', ') ?? '')
  const action = useAction(async () => {
    const fields = { question, answer, tags: tagsOf(tags) }
    if (pair) await call('PATCH', `/api/qa-knowledge/${pair.id}`, fields)
    else await call('POST', '/api/qa-knowledge', { assistant_id, ...fields })
    await onSaved()
    toast(c.saved)
    onClose()
  })
  return (
    <FormDialog
      wide
      title={pair ? t.edit_pair : t.add_pair}
      action={action}
      fields={['question', 'answer']}
      verb={c.save}
      onClose={onClose}
    >
      <TextField
        label={t.question}
        hint={t.question_hint}
        name="question"
        problem={action.error}
        required
        maxLength={500}
        value={question}
        onChange={setQuestion}
      />
      <TextArea
        label={t.answer}
        hint={t.answer_hint}
        name="answer"
        problem={action.error}
        required
        rows={7}
        maxLength={5000}
        value={answer}
        onChange={setAnswer}
      />
      <TextField label={t.tags} hint={t.tags_hint} optional value={tags} onChange={setTags} />
    </FormDialog>
  )
}

function tagsOf(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter(Boolean)
}
