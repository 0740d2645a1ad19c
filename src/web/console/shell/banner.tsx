import { useWords } from '../core/i18n.ts'
import { connected } from '../core/live/events.ts'
import { useStore } from '../core/store.ts'
import { Icon } from '../ui/icon.tsx'
import { texts } from './texts.ts'

/** What a person must know about the connection: that it is down, or open to others. */
export function Banner() {
  const t = useWords(texts)
  const stands = useStore(connected)
  return (
    <div role="status">
      {stands === false && (
        <p class="banner warn">
          <Icon name="alert" /> {t.offline}
        </p>
      )}
      <Unprotected />
    </div>
  )
}

/** One line where the page came over an open connection. */
export function Unprotected() {
  const t = useWords(texts)
  // A secure context is https, or this very machine.
  if (window.isSecureContext) return null
  return (
    <p class="banner">
      <Icon name="alert" /> {t.unprotected}
    </p>
  )
}
