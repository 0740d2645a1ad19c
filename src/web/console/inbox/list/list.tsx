import type { TargetedEvent, VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useWords } from '../../core/i18n.ts'
import { useKey } from '../../core/keys.ts'
import { useQuery } from '../../core/router.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, Show } from '../../ui/list.tsx'
import { useInboxPath } from '../places.ts'
import type { Dialog } from '../types.ts'
import { AlertSwitch } from './alerts.tsx'
import { AssistantChoice } from './assistants.tsx'
import { DialogRow } from './row.tsx'
import { useRows } from './rows.ts'
import { Tabs } from './tabs.tsx'
import { texts } from './texts.ts'
import { FILTERS, type Filter, type View } from './views.ts'
import './list.css'

const PAUSE_MS = 250 // between two letters of somebody who types
const NEAR = 600 // pixels from the end at which the next page is asked for

/** The dialogs of one tab, with a search through them. */
export function DialogList({ open, me }: { open: number | undefined; me: number }) {
  const t = useWords(texts)
  const [wanted, setFilter] = useQuery('filter')
  const filter = FILTERS.find((one) => one === wanted) ?? 'all'
  const [search] = useQuery('search')
  const [assistant] = useQuery('assistant')
  return (
    <section class="dialog-list" aria-label={t.list}>
      <Tabs filter={filter} onChange={(next) => setFilter(next === 'all' ? null : next)} />
      <div class="dialog-find">
        <Search />
        <AlertSwitch />
      </div>
      <AssistantChoice />
      <Rows
        key={`${filter} ${assistant} ${search}`}
        view={{ filter, search: search ?? '', assistant, me }}
        open={open}
      />
    </section>
  )
}

function Search() {
  const t = useWords(texts)
  const [search, setSearch] = useQuery('search')
  const [text, setText] = useState(search ?? '')
  const input = useRef<HTMLInputElement>(null)
  useKey('/', () => input.current?.focus())
  useEffect(() => {
    const timer = setTimeout(() => text.trim() !== (search ?? '') && setSearch(text.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  useEffect(() => {
    if (text.trim() !== (search ?? '')) setText(search ?? '') // a link or the way back changed the address
  }, [search])
  return (
    <input
      ref={input}
      type="search"
      aria-label={t.search}
      placeholder={t.search_hint}
      maxLength={100}
      value={text}
      onInput={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && input.current?.blur()}
    />
  )
}

function Rows({ view, open }: { view: View; open: number | undefined }) {
  const t = useWords(texts)
  const { rows, loaded, more } = useRows(view, open)
  const hasMore = loaded.data?.has_more ?? false
  const onScroll = ({ currentTarget: box }: TargetedEvent<HTMLDivElement>) => {
    if (box.scrollHeight - box.clientHeight - box.scrollTop < NEAR) more()
  }
  const draw = useRowDrawing(view.me, open)
  const list = (
    <ul class="dialog-rows" aria-label={t[view.filter]}>
      {rows.map(draw)}
    </ul>
  )
  return (
    <div class="dialog-scroll" onScroll={onScroll}>
      {rows.length > 0 ? list : <Show loaded={loaded}>{() => <Nothing view={view} />}</Show>}
      {hasMore && rows.length > 0 && (
        <div class="dialog-more">
          <Button look="quiet" onClick={more}>
            {t.more}
          </Button>
        </div>
      )}
    </div>
  )
}

// A row that has not changed is the same drawing as before, which is not compared again: there may be hundreds.
function useRowDrawing(me: number, open: number | undefined) {
  const pathOf = useInboxPath()
  const drawn = useRef(new WeakMap<Dialog, { isOpen: boolean; to: string; row: VNode }>())
  return (dialog: Dialog) => {
    const [isOpen, to] = [dialog.id === open, pathOf(dialog.id)]
    const before = drawn.current.get(dialog)
    if (before?.isOpen === isOpen && before.to === to) return before.row
    const row = <DialogRow key={dialog.id} dialog={dialog} to={to} isOpen={isOpen} me={me} />
    drawn.current.set(dialog, { isOpen, to, row })
    return row
  }
}

function Nothing({ view: { filter, search } }: { view: { filter: Filter; search: string } }) {
  const t = useWords(texts)
  if (search) return <EmptyState icon="search" title={t.nothing} text={t.nothing_text} />
  return <EmptyState icon="inbox" title={t[`empty_${filter}`]} text={t[`empty_${filter}_text`]} />
}
