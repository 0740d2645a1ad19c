import type { JSX } from 'preact'
import { createElement } from 'preact'
import { createStore, useStore } from './store.ts'

const ROOT = '/console'
type Place = { path: string; query: URLSearchParams }

const place = createStore<Place>(here())
window.addEventListener('popstate', () => place.set(here()))

/** Where the page is, below `/console`: `/`, `/knowledge`, `/inbox/17`; drawn again when it changes. */
export function usePlace(): Place {
  return useStore(place)
}

/** Where the page is now, outside of components. */
export function placeNow(): Place {
  return place.get()
}

/** Goes to a path below `/console`; `replace` leaves no step to go back to. */
export function go(path: string, { replace = false }: { replace?: boolean } = {}): void {
  const address = ROOT + (path === '/' ? '' : path)
  if (replace) history.replaceState(null, '', address)
  else history.pushState(null, '', address)
  place.set(here())
  if (!replace) window.scrollTo(0, 0)
}

/** One parameter of the address and a way to change it, which keeps the others and leaves no step to go back to. */
export function useQuery(name: string): [string | null, (value: string | null) => void] {
  const { path, query } = usePlace()
  const set = (value: string | null) => {
    const next = new URLSearchParams(query)
    if (value === null || value === '') next.delete(name)
    else next.set(name, value)
    go(path + (next.size > 0 ? `?${next}` : ''), { replace: true })
  }
  return [query.get(name), set]
}

/** A link inside the console: a plain click changes the page in place, any other does what links do. */
export function Link({ to, ...rest }: { to: string } & Omit<JSX.IntrinsicElements['a'], 'href'>) {
  const onClick = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(to)
  }
  return createElement('a', { ...rest, href: ROOT + to, onClick } as JSX.IntrinsicElements['a'])
}

function here(): Place {
  const path = location.pathname.slice(ROOT.length).replace(/\/+$/, '') || '/'
  return { path, query: new URLSearchParams(location.search) }
}
