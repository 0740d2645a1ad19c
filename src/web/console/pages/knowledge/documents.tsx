import { useRef, useState } from 'preact/hooks'
import { sizeInWords } from '../../../widget/shared/sizes.ts'
import { call, callList } from '../../core/api.ts'
import { count, language, useWords } from '../../core/i18n.ts'
import { useLoad, usePolling } from '../../core/load.ts'
import { Badge } from '../../ui/avatar.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { confirm } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { EmptyState, List, Row, Show } from '../../ui/list.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { common } from '../common/texts.ts'
import { texts } from './texts.ts'
import { type Upload, useUploads } from './uploads.ts'

export type Document = {
  id: number
  filename: string
  size: number
  status: 'processing' | 'completed' | 'failed'
  error: string | null
  progress: number
  chunks_count: number
  created_at: string
}

const POLL_MS = 2000
const ACCEPTED = '.pdf,.docx,.xlsx,.html,.htm,.md,.txt,.csv'

/** The documents of an assistant: sending new ones, how far they are read, taking them away. */
export function Documents({ assistant_id }: { assistant_id: number }) {
  const t = useWords(texts)
  const c = useWords(common)
  const [limit, setLimit] = useState(50)
  const list = useLoad(() => callList<Document>(`/api/documents?assistant_id=${assistant_id}&limit=${limit}`), [limit])
  const { uploads, add, dismiss } = useUploads(assistant_id, (document) => {
    const isKnown = list.data?.rows.some(({ id }) => id === document.id)
    toast(isKnown ? t.known : `${t.uploaded}: ${document.filename}`)
    void list.reload()
  })
  const isBusy = list.data?.rows.some(({ status }) => status === 'processing') ?? false
  usePolling(list, POLL_MS, isBusy)
  return (
    <>
      <Drop onFiles={add} />
      {uploads.length > 0 && <Uploads of={uploads} onDismiss={dismiss} />}
      <Show loaded={list}>
        {({ rows, total }) =>
          rows.length === 0 ? (
            <EmptyState icon="file" title={t.no_documents} text={t.no_documents_text} />
          ) : (
            <>
              <List label={t.documents}>
                {rows.map((document) => (
                  <DocumentRow key={document.id} document={document} onRemoved={list.reload} />
                ))}
              </List>
              {total > rows.length && limit < 100 && <Button onClick={() => setLimit(100)}>{c.more}</Button>}
            </>
          )
        }
      </Show>
    </>
  )
}

function Drop({ onFiles }: { onFiles: (files: Iterable<File>) => void }) {
  const t = useWords(texts)
  const [isOver, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  return (
    <section
      class={isOver ? 'drop over' : 'drop'}
      aria-label={t.drop}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        onFiles(event.dataTransfer?.files ?? [])
      }}
    >
      <Icon name="upload" />
      <div class="drop-text">
        <strong>{t.drop}</strong>
        <p class="hint">{t.formats}</p>
      </div>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPTED}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = '' // the same file may be chosen again
        }}
      />
      <Button look="main" onClick={() => input.current?.click()}>
        {t.choose}
      </Button>
    </section>
  )
}

function Uploads({ of, onDismiss }: { of: Upload[]; onDismiss: (key: number) => void }) {
  const t = useWords(texts)
  return (
    <List label={t.uploading}>
      {of.map(({ key, name, share, error }) => (
        <Row
          key={key}
          lead={<Icon name="file" />}
          title={name}
          about={
            error ? (
              <span class="why">{error}</span>
            ) : (
              <progress max={1} value={share} aria-label={`${t.uploading}: ${name}`} />
            )
          }
        >
          {error && <IconButton icon="close" label={t.dismiss} onClick={() => onDismiss(key)} />}
        </Row>
      ))}
    </List>
  )
}

const KINDS = { processing: 'accent', completed: 'good', failed: 'bad' } as const

function DocumentRow({ document, onRemoved }: { document: Document; onRemoved: () => Promise<void> }) {
  const t = useWords(texts)
  const c = useWords(common)
  const { id, filename, status, error, progress, chunks_count, size, created_at } = document
  const remove = () =>
    confirm({
      title: t.removing,
      text: `${filename}. ${t.removing_text}`,
      verb: c.remove,
      run: async () => {
        await call('DELETE', `/api/documents/${id}`)
        await onRemoved()
        toast(c.removed)
      },
    })
  return (
    <Row
      lead={<Icon name="file" />}
      title={filename}
      about={
        <>
          {sizeInWords(size, language.get())} · <Time at={created_at} />
          {status === 'completed' && ` · ${count(chunks_count, t.chunks)}`}
          {status === 'processing' && <progress max={1} value={progress} aria-label={`${t.processing}: ${filename}`} />}
          {status === 'failed' && <div class="why">{error}</div>}
        </>
      }
    >
      <Badge kind={KINDS[status]}>{t[status]}</Badge>
      <IconButton icon="trash" label={`${c.remove}: ${filename}`} onClick={remove} />
    </Row>
  )
}
