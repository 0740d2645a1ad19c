import { count, useWords } from '../core/i18n.ts'
import { useKey } from '../core/keys.ts'
import { leave, presence, setPresence } from '../core/live/presence.ts'
import { tickets } from '../core/live/tickets.ts'
import { waiting } from '../core/live/waiting.ts'
import { go, Link } from '../core/router.ts'
import { hasBilling, type Me, signOut } from '../core/session.ts'
import { useStore } from '../core/store.ts'
import { Avatar, Badge } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { toastError } from '../ui/toast.tsx'
import { showHelp } from './help.tsx'
import { menuOf, type Section, type SectionName } from './sections.ts'
import { texts } from './texts.ts'

const MOST_IN_BAR = 4 // a fifth of a phone's width is the narrowest a thumb hits; the fifth is «more»

/** The sections: a column at the left, on phones a bar at the bottom whose last place opens the rest. */
export function Navigation({ user, path }: { user: Me; path: string }) {
  const t = useWords(texts)
  const sections = menuOf(user, useStore(hasBilling))
  const rest = sections.length > MOST_IN_BAR + 1 ? sections.slice(MOST_IN_BAR) : []
  const [mark] = useMarks(rest.map(({ name }) => name))
  return (
    <nav class="nav" aria-label={t.navigation}>
      <div class="brand">ReplyX</div>
      {sections.map((section) => (
        <Item key={section.name} section={section} path={path} isExtra={rest.includes(section)} />
      ))}
      {rest.length > 0 && (
        <div class={`nav-more ${rest.some(({ name }) => isAt(path, name)) ? 'current' : ''}`}>
          <Menu
            up
            label={mark ? `${t.more}, ${count(mark.number, mark.about)}` : t.more}
            items={rest.map(({ name, icon }) => ({ label: t[name], icon, run: () => go(`/${name}`) }))}
          >
            <Icon name="more" />
            <span>{t.more}</span>
            {mark && <Mark {...mark} />}
          </Menu>
        </div>
      )}
      <div class="nav-me">
        <Person user={user} />
      </div>
    </nav>
  )
}

function Item({ section: { name, icon, key }, path, isExtra }: { section: Section; path: string; isExtra: boolean }) {
  const t = useWords(texts)
  const [mark] = useMarks([name])
  useKey(`g ${key}`, () => go(`/${name}`))
  return (
    <Link
      to={`/${name}`}
      class={isExtra ? 'extra' : ''}
      {...(isAt(path, name) ? { 'aria-current': 'page' as const } : {})}
    >
      <Icon name={icon} />
      <span class="nav-name">{t[name]}</span>
      {mark && <Mark {...mark} />}
    </Link>
  )
}

type Marked = { number: number; about: readonly string[] }

/** Which of these sections have something for this person, and how much. */
function useMarks(names: SectionName[]): Marked[] {
  const t = useWords(texts)
  const { unread, unanswered } = useStore(tickets)
  const marks: Partial<Record<SectionName, Marked>> = {
    inbox: { number: useStore(waiting), about: t.waiting },
    support: { number: unread, about: t.new_answers },
    tickets: { number: unanswered, about: t.new_tickets },
  }
  return names.flatMap((name) => marks[name] ?? []).filter(({ number }) => number > 0)
}

function Mark({ number, about }: Marked) {
  return (
    <Badge kind="accent">
      <span aria-hidden="true">{number}</span>
      <span class="spoken">{count(number, about)}</span>
    </Badge>
  )
}

function Person({ user }: { user: Me }) {
  const t = useWords(texts)
  const status = useStore(presence)
  return (
    <Menu
      up
      label={`${t.you}: ${user.name}, ${t[status]}`}
      items={[
        { label: t.available, checked: status === 'available', run: () => setPresence('available') },
        { label: t.away, checked: status === 'away', run: () => setPresence('away') },
        { label: t.keys, icon: 'help', run: showHelp },
        { label: t.sign_out, icon: 'logout', run: () => void end() },
      ]}
    >
      <Avatar name={user.name} presence={status} />
      <span class="person">
        <strong>{user.name}</strong>
        <span class="muted small">{t[status]}</span>
      </span>
    </Menu>
  )
}

/** Ends the session and says goodbye to the queue first. */
export async function end(): Promise<void> {
  await leave()
  await signOut().catch(toastError)
}

function isAt(path: string, name: string): boolean {
  return path === `/${name}` || path.startsWith(`/${name}/`)
}
