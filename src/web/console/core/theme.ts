import { createStore, memory } from './store.ts'

export type Theme = 'auto' | 'light' | 'dark'

export const theme = createStore<Theme>(firstTheme())

const dark = matchMedia('(prefers-color-scheme: dark)')
theme.listen(show)
dark.addEventListener('change', show)
show()

/** Chooses the colours for this browser; `auto` follows the system. */
export function setTheme(chosen: Theme): void {
  memory.write('theme', chosen)
  theme.set(chosen)
}

// The style sheet knows two sets of colours; which of them `auto` means is decided here.
function show(): void {
  const chosen = theme.get()
  document.documentElement.dataset.theme = chosen === 'auto' ? (dark.matches ? 'dark' : 'light') : chosen
}

function firstTheme(): Theme {
  const kept = memory.read('theme')
  return kept === 'light' || kept === 'dark' ? kept : 'auto'
}
