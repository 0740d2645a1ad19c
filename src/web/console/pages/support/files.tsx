import { useRef, useState } from 'preact/hooks'
import { upload } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Problem } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { texts } from './texts.ts'
import type { TicketFile } from './types.ts'

// The API's own limits.
const ACCEPTED = 'image/png,image/jpeg,image/gif,image/webp,application/pdf'
const MOST = 10

/** The files that go with the message being written: sent as soon as they are chosen, one after the other. */
export function useFiles() {
  const [files, setFiles] = useState<TicketFile[]>([])
  const action = useAction(async (chosen: File[]) => {
    for (const file of chosen) {
      const form = new FormData()
      form.set('file', file)
      const kept = await upload<TicketFile>('/api/support/attachments', form, { onProgress: () => {} })
      setFiles((now) => [...now, kept])
    }
  })
  const remove = (id: string) => setFiles((now) => now.filter((one) => one.id !== id))
  return { files, action, remove, clear: () => setFiles([]) }
}

/** Chooses files and shows those that will go along. */
export function Files({ of: { files, action, remove } }: { of: ReturnType<typeof useFiles> }) {
  const t = useWords(texts)
  const input = useRef<HTMLInputElement>(null)
  return (
    <div class="ticket-files">
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPTED}
        aria-label={t.attach}
        onChange={(event) => {
          void action.run([...(event.currentTarget.files ?? [])].slice(0, MOST - files.length))
          event.currentTarget.value = '' // the same file may be chosen again
        }}
      />
      <Button icon="file" busy={action.busy} disabled={files.length >= MOST} onClick={() => input.current?.click()}>
        {t.attach}
      </Button>
      {files.length === 0 && <span class="hint">{t.attach_hint}</span>}
      {files.length > 0 && (
        <ul aria-label={t.attaching}>
          {files.map(({ id, name }) => (
            <li key={id}>
              <Icon name="file" />
              <span>{name}</span>
              <IconButton icon="close" label={`${t.detach}: ${name}`} onClick={() => remove(id)} />
            </li>
          ))}
        </ul>
      )}
      <Problem of={action.error} />
    </div>
  )
}
