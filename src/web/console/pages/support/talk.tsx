import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { newId } from '../../../widget/shared/ids.ts'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { countTickets } from '../../core/live/tickets.ts'
import { useAction, useLoad, usePolling } from '../../core/load.ts'
import { Button } from '../../ui/button.tsx'
import { Select, TextArea } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Show } from '../../ui/list.tsx'
import { Page } from '../../ui/page.tsx'
import { toastError } from '../../ui/toast.tsx'
import { Files, useFiles } from './files.tsx'
import { Said } from './said.tsx'
import { StatusOf } from './status.tsx'
import { texts } from './texts.ts'
import { PLACES, PRIORITIES, type Side, type Talk, type TicketMessage } from './types.ts'

const POLL_MS = 10_000

/** One ticket as a conversation: what was said, answering, and its state. */
export function TicketTalk({ id, side }: { id: string; side: Side }) {
  const t = useWords(texts)
  const path = `${PLACES[side].api}/${encodeURIComponent(id)}`
  const talk = useLoad(() => call<Talk>('GET', path), [path])
  usePolling(talk, POLL_MS)
  useReading(side, path, talk.data)
  const changed = async () => {
    await talk.reload()
    await countTickets()
  }
  return (
    <Page
      title={talk.data?.subject ?? id}
      about={id}
      back={PLACES[side].page}
      actions={talk.data && <Actions side={side} path={path} talk={talk.data} onChanged={changed} />}
    >
      <Show loaded={talk}>
        {(now) => (
          <>
            <Facts side={side} talk={now} />
            <Messages side={side} messages={now.messages} />
            {now.status === 'closed' && <p class="ticket-closed">{t.closed_note}</p>}
            <Answer path={path} onSent={changed} />
          </>
        )}
      </Show>
    </Page>
  )
}

function Messages({ side, messages }: { side: Side; messages: TicketMessage[] }) {
  const t = useWords(texts)
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    // A ticket that was not answered yet is read from its beginning.
    if (messages.length > 1) list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' })
  }, [messages.length])
  return (
    <ol ref={list} class="ticket-talk" aria-label={t.talk}>
      {messages.map((message) => (
        <Said key={message.id} message={message} side={side} />
      ))}
    </ol>
  )
}

// What is on the screen of an owner is read.
function useReading(side: Side, path: string, talk: Talk | undefined): void {
  const answer = talk?.messages.findLast(({ author }) => author === 'support')?.id
  const isNew = side === 'owner' && talk?.unread === true
  useEffect(() => {
    if (!isNew || answer === undefined) return
    call('POST', `${path}/read`, { message_id: answer }).then(() => countTickets(), toastError)
  }, [isNew, answer])
}

function Facts({ side, talk }: { side: Side; talk: Talk }) {
  const t = useWords(texts)
  return (
    <p class="ticket-facts">
      <StatusOf ticket={talk} />
      <span>{t[talk.category]}</span>
      {side === 'support' ? <span>{talk.owner_email}</span> : <span>{t[talk.priority]}</span>}
      {talk.unanswered && side === 'owner' && (
        <span>
          {t.expected} {talk.estimated_response_time}
        </span>
      )}
    </p>
  )
}

type ActionsProps = { side: Side; path: string; talk: Talk; onChanged: () => Promise<void> }

function Actions({ side, path, talk, onChanged }: ActionsProps) {
  const t = useWords(texts)
  const isClosed = talk.status === 'closed'
  const seen_message_id = talk.messages.findLast(({ author }) => author === 'owner')?.id
  const change = useAction(async (to: { status?: string; priority?: string }) => {
    const told = side === 'owner' ? call('POST', `${path}/close`, {}) : call('PATCH', path, { ...to, seen_message_id })
    await told.catch(toastError)
    await onChanged()
  })
  if (side === 'owner')
    return isClosed ? null : (
      <Button icon="check" busy={change.busy} onClick={() => void change.run({})}>
        {t.close}
      </Button>
    )
  return (
    <>
      <div class="ticket-priority">
        <Select
          label={t.priority}
          options={PRIORITIES.map((value) => ({ value, label: t[value] }))}
          value={talk.priority}
          onChange={(priority) => void change.run({ priority })}
        />
      </div>
      <Button busy={change.busy} onClick={() => void change.run({ status: isClosed ? 'open' : 'closed' })}>
        {isClosed ? t.reopen : t.close_admin}
      </Button>
    </>
  )
}

function Answer({ path, onSent }: { path: string; onSent: () => Promise<void> }) {
  const t = useWords(texts)
  const [message, setMessage] = useState('')
  const files = useFiles()
  const attachments = files.files.map(({ id }) => id)
  const key = useMemo(newId, [message, files.files])
  const action = useAction(async () => {
    await call('POST', `${path}/reply`, { message, attachments }, key)
    setMessage('')
    files.clear()
    await onSent()
  })
  return (
    <Form action={{ ...action, busy: action.busy || files.action.busy }} fields={['message']} verb={t.send}>
      <TextArea
        label={t.reply}
        name="message"
        problem={action.error}
        required
        rows={4}
        maxLength={10_000}
        value={message}
        onChange={setMessage}
      />
      <Files of={files} />
    </Form>
  )
}
