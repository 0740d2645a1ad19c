import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { callList } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad, usePolling } from '../../core/load.ts'
import { Link, useQuery } from '../../core/router.ts'
import { Badge } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { EmptyState, Row, Show } from '../../ui/list.tsx'
import { Page } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { PagedList, ROWS } from '../common/pager.tsx'
import { NewTicket } from './new-ticket.tsx'
import { StatusOf } from './status.tsx'
import { TicketTalk } from './talk.tsx'
import { texts } from './texts.ts'
import { PLACES, type Side, STATUSES, type Ticket } from './types.ts'
import './support.css'

const POLL_MS = 20_000

/** Tickets to support, as an owner or as the admin who answers: all of them, or the one of the address. */
export function Support({ id, side }: { id: string | undefined; side: Side }) {
  return id === undefined ? <Tickets side={side} /> : <TicketTalk id={id} side={side} />
}

function Tickets({ side }: { side: Side }) {
  const t = useWords(texts)
  const [chosen, choose] = useQuery('status')
  const [offset, setOffset] = useState(0)
  const [isWriting, setWriting] = useState(false)
  const wanted = chosen === 'waiting' ? '&unanswered=true' : chosen ? `&status=${encodeURIComponent(chosen)}` : ''
  const list = useLoad(
    () => callList<Ticket>(`${PLACES[side].api}?limit=${ROWS}&offset=${offset}${wanted}`),
    [wanted, offset],
  )
  usePolling(list, POLL_MS)
  const filter = (status: string) => {
    setOffset(0)
    choose(status)
  }
  const isOwner = side === 'owner'
  const add = (
    <Button look="main" icon="plus" onClick={() => setWriting(true)}>
      {t.add}
    </Button>
  )
  const isEmpty = list.data?.total === 0 && !wanted
  return (
    <Page
      title={isOwner ? t.support : t.tickets}
      about={isOwner ? t.support_about : t.tickets_about}
      actions={isOwner && !isEmpty && list.data ? add : undefined}
    >
      {!isEmpty && <Filter side={side} value={chosen ?? ''} onChange={filter} />}
      <Show loaded={list}>
        {({ rows, total }) =>
          isEmpty ? (
            <Nothing side={side}>{isOwner && add}</Nothing>
          ) : (
            <PagedList
              label={isOwner ? t.support : t.tickets}
              empty={t.nothing}
              rows={rows}
              offset={offset}
              total={total}
              onChange={setOffset}
            >
              {(ticket) => <TicketRow key={ticket.ticket_id} side={side} ticket={ticket} />}
            </PagedList>
          )
        }
      </Show>
      {isWriting && <NewTicket onClose={() => setWriting(false)} />}
    </Page>
  )
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

type FilterProps = { side: Side; value: string; onChange: (value: string) => void }

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

function TicketRow({ side, ticket }: { side: Side; ticket: Ticket }) {
  return (
    <Row
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
