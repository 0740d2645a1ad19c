import { useEffect, useRef, useState } from 'preact/hooks'
import { sentenceOf } from '../core/errors.ts'
import { useWords } from '../core/i18n.ts'
import { keepConnected } from '../core/live/events.ts'
import { keepPresent } from '../core/live/presence.ts'
import { keepCountingTickets } from '../core/live/tickets.ts'
import { keepCounting } from '../core/live/waiting.ts'
import { usePlace } from '../core/router.ts'
import { type Me, me, restore } from '../core/session.ts'
import { useStore } from '../core/store.ts'
import { keepAlerting } from '../inbox/list/alerts.tsx'
import { Button, Spinner } from '../ui/button.tsx'
import { Confirmations } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/list.tsx'
import { Toasts } from '../ui/toast.tsx'
import { Banner } from './banner.tsx'
import { Door, isDoor } from './door/door.tsx'
import { Guard } from './guard.tsx'
import { Help } from './help.tsx'
import { Navigation } from './nav.tsx'
import { pageAt } from './routes.tsx'
import { texts } from './texts.ts'

/** The whole console: the door for whoever is not signed in, the desk for the others. */
export function App() {
  const user = useStore(me)
  const { path } = usePlace()
  return (
    <>
      {isDoor(path) || user === null ? (
        <Door path={path} />
      ) : user === undefined ? (
        <Start />
      ) : (
        <Desk key={user.id} user={user} />
      )}
      <Confirmations />
      <Toasts />
    </>
  )
}

function Start() {
  const t = useWords(texts)
  const [problem, setProblem] = useState<string>()
  const begin = () => {
    setProblem(undefined)
    restore().catch((error: unknown) => setProblem(sentenceOf(error)))
  }
  useEffect(begin, [])
  return (
    <main class="door">
      {problem ? (
        <EmptyState icon="alert" title={t.not_started} text={problem}>
          <Button onClick={begin}>{t.retry}</Button>
        </EmptyState>
      ) : (
        <p class="starting" role="status">
          <Spinner /> {t.starting}
        </p>
      )}
    </main>
  )
}

function Desk({ user }: { user: Me }) {
  const t = useWords(texts)
  const { path } = usePlace()
  const [section] = path.slice(1).split('/')
  const isFirst = useRef(true)
  useEffect(() => {
    // Whoever reads by ear learns that another page is there; the first is read anyway.
    if (!isFirst.current) document.querySelector<HTMLElement>('main h1')?.focus()
    isFirst.current = false
  }, [section])
  useEffect(() => {
    const ends = [keepConnected(), keepPresent(), keepCounting(), keepCountingTickets(), keepAlerting()]
    return () => {
      for (const end of ends) end()
    }
  }, [])
  return (
    <div class="desk">
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {t.skip}
      </button>
      <Navigation user={user} path={path} />
      <div class="desk-main">
        <Banner />
        <main id="content" tabIndex={-1}>
          <Guard key={section}>{pageAt(path, user)}</Guard>
        </main>
      </div>
      <Help user={user} />
    </div>
  )
}
