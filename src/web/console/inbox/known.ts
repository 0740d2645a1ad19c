import { call } from '../core/api.ts'
import { ApiError } from '../core/errors.ts'
import { type Happening, onEvent, onReconnect } from '../core/live/events.ts'
import { type Loaded, useLoad } from '../core/load.ts'
import { createStore, usePart, useStore } from '../core/store.ts'
import { applyFact, factOf } from './facts.ts'
import type { Dialog } from './types.ts'

/** Every dialog this page has seen, kept true by the stream. */
const known = createStore<ReadonlyMap<number, Dialog>>(new Map())
const heardAt = new Map<number, number>()
const asking = new Set<number>()
let distrusted = false

/** All dialogs that are known; drawn again when one changes. */
export function useKnown(): ReadonlyMap<number, Dialog> {
  return useStore(known)
}

/** One dialog, asked for when it is not known, and again after a break of the stream. */
export function useDialog(id: number): Loaded<Dialog> {
  const dialog = usePart(known, (all) => all.get(id), id)
  const asked = useLoad(() => ask(id), [id])
  return { ...asked, data: dialog }
}

/** What is known of a dialog right now, outside of drawing. */
export function dialogNow(id: number): Dialog | undefined {
  return known.get().get(id)
}

/** Keeps what is known true until the answer is called. */
export function keepKnown(): () => void {
  const ends = [onEvent(hear), onReconnect(distrust)]
  return () => {
    for (const end of ends) end()
    heardAt.clear()
    known.set(new Map())
  }
}

/** Takes in dialogs that were asked for at `since`; one of which something was heard meanwhile is asked for again. */
export function learn(dialogs: readonly Dialog[], since: number): void {
  const late = dialogs.filter(({ id }) => (heardAt.get(id) ?? 0) > since)
  const fresh = dialogs.filter((one) => !late.includes(one) || !known.get().has(one.id))
  known.set((now) => new Map([...now, ...fresh.map((one) => [one.id, one] as const)]))
  for (const { id } of late) void refresh(id)
}

/** The same for the first rows of a view. After a break of the stream all but these and the open dialog may be out of date, and is forgotten. */
export function learnView(dialogs: readonly Dialog[], since: number, open: number | undefined): void {
  if (distrusted) {
    distrusted = false
    const kept = open === undefined ? undefined : dialogNow(open)
    known.set(new Map(kept ? [[kept.id, kept]] : []))
  }
  learn(dialogs, since)
}

/** Shows a change of a dialog before the server tells of it. */
export function changeKnown(id: number, change: Partial<Dialog>): void {
  const before = dialogNow(id)
  if (before) known.set((now) => new Map(now).set(id, { ...before, ...change }))
}

/** Asks for a dialog anew; calls while one is under way are answered by it and one more. */
export async function refresh(id: number): Promise<void> {
  heardAt.set(id, performance.now())
  if (asking.has(id)) return
  asking.add(id)
  try {
    await ask(id)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) forget(id)
    // Otherwise the next fact or the end of the break asks again; the banner tells of a lost connection.
  } finally {
    asking.delete(id)
  }
}

async function ask(id: number): Promise<Dialog> {
  for (;;) {
    const since = performance.now()
    const dialog = await call<Dialog>('GET', `/api/dialogs/${id}`)
    known.set((now) => new Map(now).set(id, dialog))
    if ((heardAt.get(id) ?? 0) <= since) return dialog
  }
}

function distrust(): void {
  distrusted = true
}

function forget(id: number): void {
  known.set((now) => new Map([...now].filter(([one]) => one !== id)))
}

function hear(event: Happening): void {
  const fact = factOf(event)
  if (!fact) return
  const before = dialogNow(fact.dialog_id)
  const after = before && applyFact(before, fact)
  if (!after) return void refresh(fact.dialog_id)
  if (after === before) return
  heardAt.set(fact.dialog_id, performance.now())
  known.set((now) => new Map(now).set(after.id, after))
}
