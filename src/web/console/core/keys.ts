import { useEffect } from 'preact/hooks'

type Shortcut = { keys: string; run: () => void }

const CHORD_MS = 1200 // long enough for a slow second key, short enough not to be remembered by accident
const known = new Set<Shortcut>()
let pending = ''
let since = 0

window.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (isWriting(event.target) || document.querySelector('dialog[open]')) return
  const key = keyOf(event)
  const chord = pending && Date.now() - since < CHORD_MS ? `${pending} ${key}` : ''
  const found = last(chord) ?? last(key)
  pending = found ? '' : key
  since = Date.now()
  if (!found) return
  event.preventDefault()
  found.run()
})

/** While the component stands, `keys` (`?`, `/`, `Escape`, or two in a row as `g i`) does this; never while somebody writes or a dialog is open. */
export function useKey(keys: string, run: () => void): void {
  useEffect(() => {
    const shortcut = { keys, run }
    known.add(shortcut)
    return () => void known.delete(shortcut)
  })
}

// The innermost page that wants a key was drawn last.
function last(keys: string): Shortcut | undefined {
  return [...known].reverse().find((one) => one.keys === keys)
}

// By the place on the board, so that letters work under a Russian layout, too.
function keyOf({ key, code, shiftKey }: KeyboardEvent): string {
  if (/^Key[A-Z]$/.test(code)) return code.slice(3).toLowerCase()
  if (code === 'Slash' && '/?.,'.includes(key)) return shiftKey ? '?' : '/'
  return key
}

function isWriting(target: EventTarget | null): boolean {
  const node = target as HTMLElement | null
  return Boolean(node?.isContentEditable || node?.matches?.('input, textarea, select'))
}
