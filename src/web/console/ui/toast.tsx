import { sentenceOf } from '../core/errors.ts'
import { useWords } from '../core/i18n.ts'
import { createStore, useStore } from '../core/store.ts'
import { Icon } from './icon.tsx'
import { texts } from './texts.ts'

type Toast = { id: number; text: string; kind: 'good' | 'bad' }

const SHOWN_MS = { good: 3500, bad: 7000 } // bad news take longer to read
const MOST = 3
const toasts = createStore<Toast[]>([])
let last = 0

/** Says one sentence in the corner for some seconds. */
export function toast(text: string, kind: Toast['kind'] = 'good'): void {
  last += 1
  const id = last
  toasts.set((now) => [...now, { id, text, kind }].slice(-MOST))
  setTimeout(() => dismiss(id), SHOWN_MS[kind])
}

/** Says in the corner why something failed. */
export function toastError(error: unknown): void {
  toast(sentenceOf(error), 'bad')
}

/** Where toasts appear; once a page. */
export function Toasts() {
  const t = useWords(texts)
  const shown = useStore(toasts)
  return (
    <div class="toasts" aria-live="polite">
      {shown.map((one) => (
        <div key={one.id} class={`toast ${one.kind}`}>
          <Icon name={one.kind === 'bad' ? 'alert' : 'check'} />
          <span>{one.text}</span>
          <button type="button" aria-label={t.close} onClick={() => dismiss(one.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  )
}

function dismiss(id: number): void {
  toasts.set((now) => now.filter((one) => one.id !== id))
}
