import type { ComponentChildren } from 'preact'
import { useWords } from '../core/i18n.ts'
import type { Me } from '../core/session.ts'
import { Inbox } from '../inbox/inbox.tsx'
import { AssistantEditor } from '../pages/assistants/editor.tsx'
import { Assistants } from '../pages/assistants/list.tsx'
import { Balance } from '../pages/balance/balance.tsx'
import { Knowledge } from '../pages/knowledge/knowledge.tsx'
import { Payment } from '../pages/payments/payment.tsx'
import { Payments } from '../pages/payments/payments.tsx'
import { Replies } from '../pages/replies/replies.tsx'
import { Settings } from '../pages/settings/settings.tsx'
import { Support } from '../pages/support/support.tsx'
import { Team } from '../pages/team/team.tsx'
import { Telegram } from '../pages/telegram/telegram.tsx'
import { Unanswered } from '../pages/unanswered/unanswered.tsx'
import { Widget } from '../pages/widget/widget.tsx'
import { LinkButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/list.tsx'
import { Page } from '../ui/page.tsx'
import { type SectionName, sectionsOf } from './sections.ts'
import { texts } from './texts.ts'

type Draw = (rest: string | undefined) => ComponentChildren

const PAGES: Record<SectionName, Draw> = {
  inbox: (id) => <Inbox dialog_id={idOf(id)} />,
  assistants: (id) => (id === undefined ? <Assistants /> : <AssistantEditor key={id} id={idOf(id)} />),
  knowledge: () => <Knowledge />,
  unanswered: () => <Unanswered />,
  widget: () => <Widget />,
  telegram: () => <Telegram />,
  team: () => <Team />,
  replies: () => <Replies />,
  balance: () => <Balance />,
  payments: (id) => (id === undefined ? <Payments /> : <Payment key={id} id={id} />),
  settings: () => <Settings />,
  support: (id) => <Support key={id} id={id} side="owner" />,
  tickets: (id) => <Support key={id} id={id} side="support" />,
}

/** The page of a path for this person: `/section` or `/section/ID`; the root is the inbox. */
export function pageAt(path: string, user: Me): ComponentChildren {
  const [name = '', rest, ...more] = path === '/' ? ['inbox'] : path.slice(1).split('/')
  const section = sectionsOf(user).find((one) => one.name === name)
  return section && more.length === 0 ? PAGES[section.name](rest) : <NotFound />
}

function idOf(rest: string | undefined): number | undefined {
  return rest !== undefined && /^[1-9]\d{0,14}$/.test(rest) ? Number(rest) : undefined
}

function NotFound() {
  const t = useWords(texts)
  return (
    <Page title={t.not_found}>
      <EmptyState icon="help" title={t.not_found} text={t.not_found_text}>
        <LinkButton to="/inbox">{t.to_inbox}</LinkButton>
      </EmptyState>
    </Page>
  )
}
