import { useState } from 'preact/hooks'
import { useWords } from '../../core/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog as Window } from '../../ui/dialog.tsx'
import { Choice, TextField } from '../../ui/field.tsx'
import { submits } from '../../ui/form.tsx'
import { texts } from './texts.ts'
import type { Ending, Verbs } from './verbs.ts'

const RESOLUTIONS = ['completed', 'unresolved', 'spam'] as const

/** Asks how it ended before the assistant answers again. */
export function ReleaseWindow({ close, release }: { close: () => void; release: Verbs['release'] }) {
  const t = useWords(texts)
  const [resolution, setResolution] = useState<Ending['resolution']>('completed')
  const [comment, setComment] = useState('')
  const submit = () => {
    close()
    return release({ resolution, ...(comment.trim() ? { operator_comment: comment.trim() } : {}) })
  }
  return (
    <Window title={t.release} onClose={close}>
      <form class="stack" onSubmit={submits(submit)}>
        <p class="muted">{t.release_about}</p>
        <Choice
          label={t.resolution}
          value={resolution}
          onChange={setResolution}
          options={RESOLUTIONS.map((value) => ({ value, label: t[value] }))}
        />
        <TextField label={t.comment} optional maxLength={500} value={comment} onChange={setComment} />
        <div class="actions">
          <Button type="submit" look="main" autofocus>
            {t.release}
          </Button>
        </div>
      </form>
    </Window>
  )
}
