import { useWords } from '../core/i18n.ts'
import { useKey } from '../core/keys.ts'
import { hasBilling, type Me } from '../core/session.ts'
import { createStore, useStore } from '../core/store.ts'
import { Dialog } from '../ui/dialog.tsx'
import { menuOf } from './sections.ts'
import { texts } from './texts.ts'

type Hint = { keys: string; text: string }
const isOpen = createStore(false)
const extra = createStore<Hint[]>([])

/** Opens the list of keys. */
export function showHelp(): void {
  isOpen.set(true)
}

/** Adds the keys of a page to the list; the answer takes them out again. */
export function addHints(hints: Hint[]): () => void {
  extra.set((now) => [...now, ...hints])
  return () => extra.set((now) => now.filter((one) => !hints.includes(one)))
}

/** The list of keys, opened by «?». */
export function Help({ user }: { user: Me }) {
  const t = useWords(texts)
  const open = useStore(isOpen)
  const more = useStore(extra)
  const billing = useStore(hasBilling)
  useKey('?', showHelp)
  if (!open) return null
  const hints: Hint[] = [
    ...menuOf(user, billing).map(({ name, key }) => ({ keys: `g ${key}`, text: `${t.keys_go}: ${t[name]}` })),
    { keys: '/', text: t.keys_search },
    { keys: 'Esc', text: t.keys_back },
    ...more,
    { keys: '?', text: t.keys_help },
  ]
  return (
    <Dialog title={t.keys} onClose={() => isOpen.set(false)}>
      <dl class="keys">
        {hints.map((hint) => (
          <div key={hint.keys}>
            <dt>
              {hint.keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{hint.text}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{t.keys_about}</p>
    </Dialog>
  )
}
