import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { callList } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad, usePolling } from '../../core/load.ts'
import { Link, useQuery } from '../../core/router.ts'
import { Badge } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { EmptyState, List, Row, Show } from '../../ui/list.tsx'
import { Page } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { common } from '../common/texts.ts'
import { NewTicket } from './new-ticket.tsx'
import { StatusOf } from './status.tsx'
import { TicketTalk } from './talk.tsx'
import { texts } from './texts.ts'
import { PLACES, type Side, STATUSES, type Ticket } from './types.ts'
import './support.css'

const POLL_MS = 20_000
const PAGE = 50 // rows; the API gives a hundred at most

/** Tickets to support, as an owner or as the admin who answers: all of them, or the one of the address. */
export function Support({ id, side }: { id: string | undefined; side: Side }) {
  return id === undefined ? <Tickets side={side} /> : <TicketTalk id={id} side={side} />
}

function Tickets({ side }: { side: Side }) {
  const t = useWords(texts)
  const [chosen, choose] = useQuery('status')
  const [limit, setLimit] = useState(PAGE)
  const [isWriting, setWriting] = useState(false)
  const wanted = chosen === 'waiting' ? '&unanswered=true' : chosen ? `&status=${encodeURIComponent(chosen)}` : ''
  const list = useLoad(() => callList<Ticket>(`${PLACES[side].api}?limit=${limit}${wanted}`), [wanted, limit])
  usePolling(list, POLL_MS)
  const isOwner = side === 'owner'
  const add = (
    <Button look="main" icon="plus" onClick={() => setWriting(true)}>
      {t.add}
    </Button>
  )
  const isEmpty = list.data?.rows.length === 0 && !wanted
  return (
    <Page
      title={isOwner ? t.support : t.tickets}
      about={isOwner ? t.support_about : t.tickets_about}
      actions={isOwner && !isEmpty && list.data ? add : undefined}
    >
      {!isEmpty && <Filter side={side} value={chosen ?? ''} onChange={choose} />}
      <Show loaded={list}>
        {({ rows, total }) => (
          <>
            {isEmpty && <Nothing side={side}>{isOwner && add}</Nothing>}
            {!isEmpty && rows.length === 0 && <p class="muted">{t.nothing}</p>}
            {rows.length > 0 && <Found side={side} tickets={rows} />}
            {total > rows.length && limit === PAGE && <More onClick={() => setLimit(2 * PAGE)} />}
          </>
        )}
      </Show>
      {isWriting && <NewTicket onClose={() => setWriting(false)} />}
    </Page>
  )
}

function More({ onClick }: { onClick: () => void }) {
  return <Button onClick={onClick}>{useWords(common).more}</Button>
}

function Nothing({ side, children }: { side: Side; children: ComponentChildren }) {
  const t = useWords(texts)
  const isOwner = side === 'owner'
  return (
    <EmptyState
      icon={isOwner ? 'support' : 'tickets'}
      title={isOwner ? t.empty : t.no_tickets}
      text={isOwner ? t.empty_text : t.no_tickets_text}
    >
      {children}
    </EmptyState>
  )
}

type FilterProps = { side: Side; value: string; onChange: (value: string | null) => void }

function Filter({ side, value, onChange }: FilterProps) {
  const t = useWords(texts)
  const waiting = side === 'support' ? [{ value: 'waiting', label: t.waiting }] : []
  const options = [{ value: '', label: t.all }, ...waiting, ...STATUSES.map((one) => ({ value: one, label: t[one] }))]
  return (
    <div class="ticket-filter">
      <Select label={t.status} options={options} value={value} onChange={onChange} />
    </div>
  )
}

function Found({ side, tickets }: { side: Side; tickets: Ticket[] }) {
  const t = useWords(texts)
  return (
    <List label={t[side === 'owner' ? 'support' : 'tickets']}>
      {tickets.map((ticket) => (
        <Row
          key={ticket.ticket_id}
          title={
            <>
              <Link to={`${PLACES[side].page}/${ticket.ticket_id}`}>{ticket.subject}</Link>
              <Mark side={side} ticket={ticket} />
            </>
          }
          about={
            <>
              {ticket.ticket_id} · {side === 'support' && `${ticket.owner_email} · `}
              <Time at={ticket.updated_at} />
            </>
          }
        >
          <PriorityOf ticket={ticket} />
          <StatusOf ticket={ticket} />
        </Row>
      ))}
    </List>
  )
}

function Mark({ side, ticket }: { side: Side; ticket: Ticket }) {
  const t = useWords(texts)
  if (side === 'owner') return ticket.unread ? <Badge kind="accent">{t.unread}</Badge> : null
  return ticket.unanswered ? <Badge kind="accent">{t.unanswered}</Badge> : null
}

function PriorityOf({ ticket: { priority } }: { ticket: Ticket }) {
  const t = useWords(texts)
  if (priority === 'low' || priority === 'medium') return null
  return <Badge kind={priority === 'urgent' ? 'bad' : 'warn'}>{t[priority]}</Badge>
}
