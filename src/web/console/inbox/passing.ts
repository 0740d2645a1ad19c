import { type Happening, onEvent, onReconnect } from '../core/live/events.ts'
import { createStore, usePart } from '../core/store.ts'
import { factOf } from './facts.ts'
import type { Fact } from './types.ts'

/** What is under way in a dialog and never stored: an answer that is being written, and who types. */
type Passing = {
  draft?: { reply_to: number; text: string } | undefined
  visitor?: boolean | undefined
  operator?: string | undefined
}

const TYPING_MS = 6000 // those who type say so every three seconds
const DRAFT_MS = 60_000 // an answer that nobody went on with is not coming
const NOTHING: Passing = {}

const passing = createStore<ReadonlyMap<number, Passing>>(new Map())
const timers = new Map<string, number>()

/** Who is typing in a dialog, and the answer that the assistant is writing. */
export function useTyping(dialog_id: number): Passing {
  return usePart(passing, (all) => all.get(dialog_id), dialog_id) ?? NOTHING
}

/** Listens to what passes until the answer is called. */
export function keepPassing(): () => void {
  const forget = () => passing.set(new Map())
  const ends = [onEvent(hear), onReconnect(forget)]
  return () => {
    for (const end of ends) end()
    forget()
  }
}

function hear(event: Happening): void {
  const fact = factOf(event)
  if (!fact) return
  if (fact.type === 'visitor.typing') show(fact.dialog_id, 'visitor', true, TYPING_MS)
  else if (fact.type === 'operator.typing') show(fact.dialog_id, 'operator', fact.operator_name, TYPING_MS)
  else if (fact.type === 'dialog.message.delta') grow(fact)
  else if (fact.type === 'dialog.message.created') settle(fact)
  else if (fact.type.startsWith('handoff.')) change(fact.dialog_id, { draft: undefined })
}

function grow({ dialog_id, reply_to, offset, text }: Extract<Fact, { type: 'dialog.message.delta' }>): void {
  const before = passing.get().get(dialog_id)?.draft
  const whole = before?.reply_to === reply_to ? before.text : ''
  // Whoever opened the page in the middle has no beginning, and sees the answer when it is there.
  if (offset <= whole.length) show(dialog_id, 'draft', { reply_to, text: whole.slice(0, offset) + text }, DRAFT_MS)
}

function settle({ dialog_id, message }: { dialog_id: number; message: { sender: string } }): void {
  if (!passing.get().has(dialog_id)) return
  if (message.sender === 'user') change(dialog_id, { visitor: undefined })
  else change(dialog_id, { draft: undefined, operator: undefined })
}

function show<K extends keyof Passing>(dialog_id: number, what: K, value: Passing[K], ms: number): void {
  change(dialog_id, { [what]: value })
  const key = `${dialog_id} ${what}`
  clearTimeout(timers.get(key))
  timers.set(
    key,
    window.setTimeout(() => {
      timers.delete(key)
      change(dialog_id, { [what]: undefined })
    }, ms),
  )
}

function change(dialog_id: number, part: Passing): void {
  const before = passing.get().get(dialog_id)
  const after = { ...before, ...part }
  const isQuiet = !after.draft && !after.visitor && !after.operator
  if (isQuiet && !before) return
  passing.set((now) => {
    const next = new Map(now)
    if (isQuiet) next.delete(dialog_id)
    else next.set(dialog_id, after)
    return next
  })
}
