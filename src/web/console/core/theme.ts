import { createStore, memory } from './store.ts'

export type Theme = 'auto' | 'light' | 'dark'

export const theme = createStore<Theme>(firstTheme())
show(theme.get())

/** Chooses the colours for this browser; `auto` follows the system. */
export function setTheme(chosen: Theme): void {
  memory.write('theme', chosen)
  show(chosen)
  theme.set(chosen)
}

function show(chosen: Theme): void {
  document.documentElement.dataset.theme = chosen
}

function firstTheme(): Theme {
  const kept = memory.read('theme')
  return kept === 'light' || kept === 'dark' ? kept : 'auto'
}
