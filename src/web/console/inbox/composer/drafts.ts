import { me } from '../../core/session.ts'
import { createStore, memory, useStore } from '../../core/store.ts'

export type Mode = 'reply' | 'note'

/** What is written and not sent, by dialog and kind; it outlives a reload of the tab. */
const drafts = createStore<ReadonlyMap<string, string>>(new Map())

/** What this person has begun to write in a dialog, and a way to change it. */
export function useDraft(dialog_id: number, mode: Mode): [string, (text: string) => void] {
  const key = keyOf(dialog_id, mode)
  const text = useStore(drafts).get(key) ?? memory.read(key, 'session') ?? ''
  return [text, (next) => keep(key, next)]
}

/** Puts a text back to where it is written, after what stands there already. */
export function addToDraft(dialog_id: number, mode: Mode, text: string): void {
  const key = keyOf(dialog_id, mode)
  const before = drafts.get().get(key) ?? memory.read(key, 'session') ?? ''
  keep(key, before ? `${before}\n${text}` : text)
}

function keep(key: string, text: string): void {
  drafts.set((now) => new Map(now).set(key, text))
  memory.write(key, text === '' ? null : text, 'session')
}

function keyOf(dialog_id: number, mode: Mode): string {
  return `draft:${me.get()?.id ?? 0}:${mode}:${dialog_id}`
}
