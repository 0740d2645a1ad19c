import { useEffect, useRef } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { type Happening, onEvent } from '../../core/live/events.ts'
import { type Loaded, useLoad } from '../../core/load.ts'
import { factOf } from '../facts.ts'
import type { Fact, Message, Note, Rating } from '../types.ts'

export type Talk = { messages: Message[]; has_more: boolean; notes: Note[]; ratings: Rating[] }
type Page = Pick<Talk, 'messages' | 'has_more'>

const NEWEST = 50 // some screens
const OLDER = 100 // what the API gives at once: whoever goes back goes far

/** The history of a dialog, its newest part first, kept true by the stream; `older` asks for what stands before it. */
export function useTalk(dialog_id: number): Loaded<Talk> & { older: () => Promise<void> } {
  const shown = useRef<Talk>()
  const loaded = useLoad(() => loadTalk(dialog_id, shown.current), [dialog_id])
  shown.current = loaded.data
  useEffect(
    () =>
      onEvent((event) => {
        loaded.set((now) => applyEvent(now, dialog_id, event))
        if (isChange(event, dialog_id)) void showRatings(dialog_id, loaded)
      }),
    [dialog_id],
  )
  const busy = useRef(false)
  const older = async () => {
    const first = shown.current?.messages[0]
    if (!first || !shown.current?.has_more || busy.current) return
    busy.current = true
    try {
      const page = await askPage(dialog_id, first.id)
      loaded.set((now) => ({ ...now, has_more: page.has_more, messages: merged(now.messages, page.messages) }))
    } finally {
      busy.current = false
    }
  }
  return { ...loaded, older }
}

// What is said while the server answers stands in no answer, so it is heard and added.
async function loadTalk(dialog_id: number, before: Talk | undefined): Promise<Talk> {
  const heard: Happening[] = []
  const end = onEvent((event) => void heard.push(event))
  try {
    const path = `/api/dialogs/${dialog_id}`
    const [page, notes, ratings] = await Promise.all([
      askPage(dialog_id),
      call<Note[]>('GET', `${path}/notes`),
      call<Rating[]>('GET', `${path}/ratings`),
    ])
    const talk = { ...joined(before, page), notes, ratings }
    return heard.reduce((now, event) => applyEvent(now, dialog_id, event), talk)
  } finally {
    end()
  }
}

function askPage(dialog_id: number, before_id?: number): Promise<Page> {
  const page = before_id === undefined ? `limit=${NEWEST}` : `limit=${OLDER}&before_id=${before_id}`
  return call<Page>('GET', `/api/dialogs/${dialog_id}/messages?${page}`)
}

async function showRatings(dialog_id: number, loaded: Loaded<Talk>): Promise<void> {
  const ratings = await call<Rating[]>('GET', `/api/dialogs/${dialog_id}/ratings`).catch(() => undefined)
  if (ratings) loaded.set((now) => ({ ...now, ratings }))
}

// After a long break the newest page may not reach what is shown; a hole in a conversation would read as a lie.
function joined(before: Talk | undefined, page: Page): Page {
  const touches = before?.messages.some(({ id }) => id === page.messages[0]?.id)
  if (!before || !touches) return page
  return { has_more: before.has_more, messages: merged(before.messages, page.messages) }
}

function applyEvent(talk: Talk, dialog_id: number, event: Happening): Talk {
  const fact = factOf(event)
  return fact?.dialog_id === dialog_id ? applyFact(talk, fact) : talk
}

function applyFact(talk: Talk, fact: Fact): Talk {
  if (fact.type === 'dialog.message.created') return { ...talk, messages: merged(talk.messages, [fact.message]) }
  if (fact.type === 'dialog.message.updated') {
    const isShown = talk.messages.some(({ id }) => id === fact.message.id)
    return isShown ? { ...talk, messages: merged(talk.messages, [fact.message]) } : talk
  }
  if (fact.type === 'dialog.note.created') return { ...talk, notes: merged(talk.notes, [fact.note]) }
  return talk
}

/** One list of both, each once and in order; of two with one id the newer stands. */
function merged<T extends { id: number }>(old: readonly T[], fresh: readonly T[]): T[] {
  const all = new Map([...old, ...fresh].map((one) => [one.id, one]))
  return [...all.values()].sort((a, b) => a.id - b.id)
}

function isChange(event: Happening, dialog_id: number): boolean {
  return event.type === 'dialog.changed' && event.dialog_id === dialog_id
}
