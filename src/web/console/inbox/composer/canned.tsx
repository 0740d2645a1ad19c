import { useEffect, useRef, useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import type { CannedReply } from '../../core/types.ts'
import { texts } from './texts.ts'

const MOST = 8 // as many as are taken in at a glance; more letters find the others

export type Canned = {
  found: CannedReply[]
  at: number
  /** Whether a text asks for a canned reply. */
  isOpen: boolean
  /** Handles a key while the list is open; true when it did. */
  steer: (event: KeyboardEvent) => boolean
}

/** The canned replies a text that begins with «/» asks for; `choose` gets the whole text of one. */
export function useCanned(text: string, choose: (text: string) => void): Canned {
  const asks = text.startsWith('/') && !text.includes('\n')
  const all = useLoad(() => (asks ? call<CannedReply[]>('GET', '/api/canned-replies') : Promise.resolve([])), [asks])
  const [at, setAt] = useState(0)
  const [closed, setClosed] = useState('')
  useEffect(() => setAt(0), [text])
  const found = asks ? matching(all.data ?? [], text.slice(1)) : []
  const isOpen = asks && closed !== text && all.data !== undefined
  const steer = (event: KeyboardEvent) => {
    if (!isOpen || event.isComposing) return false
    if (event.key === 'Escape') setClosed(text)
    else if (found.length === 0) return false
    else if (event.key === 'ArrowDown') setAt((at + 1) % found.length)
    else if (event.key === 'ArrowUp') setAt((at - 1 + found.length) % found.length)
    else if (event.key === 'Enter' || event.key === 'Tab') choose(found[at]?.text ?? text)
    else return false
    return true
  }
  return { found, at, isOpen, steer }
}

/** The list itself, above the field; the focus stays in the field. */
export function CannedList({ canned, id, choose }: { canned: Canned; id: string; choose: (text: string) => void }) {
  const t = useWords(texts)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }))
  if (canned.found.length === 0) return <p class="canned-none">{t.canned_none}</p>
  return (
    <div class="canned" ref={list} id={id} role="listbox" aria-label={t.canned}>
      {canned.found.map((one, index) => (
        <button
          key={one.id}
          id={`${id}-${index}`}
          type="button"
          role="option"
          tabIndex={-1}
          aria-selected={index === canned.at}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => choose(one.text)}
        >
          <strong>/{one.shortcut}</strong>
          <span class="clamp">{one.text}</span>
        </button>
      ))}
    </div>
  )
}

// By the word itself first, then by what the reply says.
function matching(replies: readonly CannedReply[], typed: string): CannedReply[] {
  const wanted = typed.trim().toLowerCase()
  const rank = ({ shortcut, text }: CannedReply) => {
    if (shortcut.toLowerCase().startsWith(wanted)) return 0
    return `${shortcut} ${text}`.toLowerCase().includes(wanted) ? 1 : 2
  }
  return replies
    .filter((one) => rank(one) < 2)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST)
}
