import { useEffect, useMemo, useRef } from 'preact/hooks'
import { type Loaded, useLoad } from '../../core/load.ts'
import { toastError } from '../../ui/toast.tsx'
import { learn, learnView, useKnown } from '../known.ts'
import { order } from '../places.ts'
import type { Dialog } from '../types.ts'
import { askRows, belongs, sorted, type View } from './views.ts'

const PAGE = 50 // a few screens; the next come while one scrolls
const MOST = 100 // what the API gives at once

type Found = { ids: readonly number[]; has_more: boolean }
export type ViewRows = { rows: Dialog[]; loaded: Loaded<Found>; more: () => void }

/** The dialogs of a view in their order: what was asked for, and what happens meanwhile. A search shows only what it found. */
export function useRows(view: View, open: number | undefined): ViewRows {
  const known = useKnown()
  const shown = useRef(0)
  const loaded = useLoad(() => askFirst(view, shown.current, open))
  const found = loaded.data
  shown.current = found?.ids.length ?? 0
  const rows = useMemo(() => {
    const candidates = view.search ? (found?.ids ?? []).flatMap((id) => known.get(id) ?? []) : [...known.values()]
    return sorted(
      candidates.filter((one) => belongs(one, view)),
      view.filter,
    )
  }, [known, found, view.filter, view.search, view.assistant])
  useEffect(() => order.set(rows.map(({ id }) => id)), [rows])
  const busy = useRef(false)
  const more = () => {
    if (!found?.has_more || busy.current) return
    busy.current = true
    askMore(view, placeOfLast(rows, found))
      .then(({ ids, has_more }) =>
        loaded.set((now) => ({ has_more: has_more && ids.length > 0, ids: [...new Set([...now.ids, ...ids])] })),
      )
      .catch(toastError)
      .finally(() => {
        busy.current = false
      })
  }
  return { rows, loaded, more }
}

// As many as were shown before, so that a break of the stream does not shorten the list.
async function askFirst(view: View, shown: number, open: number | undefined): Promise<Found> {
  const since = performance.now()
  const dialogs: Dialog[] = []
  let has_more = true
  while (has_more && dialogs.length < Math.max(shown, 1)) {
    const page = await askRows(view, { limit: shown > PAGE ? MOST : PAGE, offset: dialogs.length })
    dialogs.push(...page.dialogs)
    has_more = page.has_more && page.dialogs.length > 0
  }
  learnView(dialogs, since, open)
  return { ids: dialogs.map(({ id }) => id), has_more }
}

async function askMore(view: View, offset: number): Promise<Found> {
  const since = performance.now()
  const { dialogs, has_more } = await askRows(view, { limit: PAGE, offset })
  learn(dialogs, since)
  return { ids: dialogs.map(({ id }) => id), has_more }
}

// Up to the last row the server gave everything is known; below it stand only dialogs met elsewhere.
function placeOfLast(rows: Dialog[], { ids }: Found): number {
  const given = new Set(ids)
  return rows.findLastIndex(({ id }) => given.has(id)) + 1
}
