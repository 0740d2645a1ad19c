import { useEffect, useRef, useState } from 'preact/hooks'
import { call, callList } from '../../core/api.ts'
import { count, useWords } from '../../core/i18n.ts'
import { useKey } from '../../core/keys.ts'
import { useLoad } from '../../core/load.ts'
import { useQuery } from '../../core/router.ts'
import { Badge } from '../../ui/avatar.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { confirm } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { EmptyState, List, Row, Show } from '../../ui/list.tsx'
import { toast } from '../../ui/toast.tsx'
import { common } from '../common/texts.ts'
import { PairEditor } from './pair-editor.tsx'
import { texts } from './texts.ts'

export type Pair = { id: number; assistant_id: number; question: string; answer: string; tags: string[] }

const PAGE = 50
const TYPING_MS = 250 // a search a word, not a letter

/** The questions and answers of an assistant: finding, adding, changing, deleting. `?question=` opens a new one filled in. */
export function Pairs({ assistant_id }: { assistant_id: number }) {
  const t = useWords(texts)
  const c = useWords(common)
  const [search, setSearch] = useState('')
  const q = useSettled(search.trim())
  const [limit, setLimit] = useState(PAGE)
  const [wanted, setWanted] = useQuery('question')
  const [edited, setEdited] = useState<Pair | 'new' | undefined>()
  const find = useRef<HTMLDivElement>(null)
  const list = useLoad(
    () => callList<Pair>(`/api/qa-knowledge?assistant_id=${assistant_id}&limit=${limit}&q=${encodeURIComponent(q)}`),
    [q, limit],
  )
  useKey('/', () => find.current?.querySelector('input')?.focus())
  const shown = wanted !== null ? 'new' : edited
  const close = () => {
    setEdited(undefined)
    if (wanted !== null) setWanted(null)
  }
  const add = (
    <Button look="main" icon="plus" onClick={() => setEdited('new')}>
      {t.add_pair}
    </Button>
  )
  return (
    <>
      <div class="search-line" ref={find}>
        <TextField label={t.search} type="search" maxLength={500} value={search} onChange={setSearch} />
        {add}
      </div>
      <Show loaded={list}>
        {({ rows, total }) =>
          rows.length === 0 ? (
            <EmptyState
              icon={q ? 'search' : 'unanswered'}
              title={q ? t.nothing_found : t.no_pairs}
              text={q ? t.nothing_found_text : t.no_pairs_text}
            />
          ) : (
            <>
              <p class="muted">{count(total, t.total)}</p>
              <List label={t.pairs}>
                {rows.map((pair) => (
                  <PairRow key={pair.id} pair={pair} onEdit={() => setEdited(pair)} onRemoved={list.reload} />
                ))}
              </List>
              {total > rows.length && limit < 2 * PAGE && <Button onClick={() => setLimit(2 * PAGE)}>{c.more}</Button>}
            </>
          )
        }
      </Show>
      {shown && (
        <PairEditor
          assistant_id={assistant_id}
          pair={shown === 'new' ? undefined : shown}
          question={wanted ?? ''}
          onClose={close}
          onSaved={list.reload}
        />
      )}
    </>
  )
}

function PairRow({ pair, onEdit, onRemoved }: { pair: Pair; onEdit: () => void; onRemoved: () => Promise<void> }) {
  const t = useWords(texts)
  const c = useWords(common)
  const remove = () =>
    confirm({
      title: t.removing_pair,
      text: `«${pair.question}». ${t.removing_pair_text}`,
      verb: c.remove,
      run: async () => {
        await call('DELETE', `/api/qa-knowledge/${pair.id}`)
        await onRemoved()
        toast(c.removed)
      },
    })
  return (
    <Row
      title={
        <>
          {pair.question}
          {pair.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </>
      }
      about={<span class="clamp">{pair.answer}</span>}
    >
      <IconButton icon="edit" label={`${c.edit}: ${pair.question}`} onClick={onEdit} />
      <IconButton icon="trash" label={`${c.remove}: ${pair.question}`} onClick={remove} />
    </Row>
  )
}

/** The value once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
