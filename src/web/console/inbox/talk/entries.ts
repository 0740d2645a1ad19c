import type { Outgoing } from '../composer/outbox.ts'
import type { Message, Note } from '../types.ts'
import type { Talk } from './talk.ts'

/** One thing in the history; `leads` when it begins a run of the same speaker. */
export type Entry =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'message'; key: string; at: string; message: Message; leads: boolean }
  | { kind: 'note'; key: string; at: string; note: Note }
  | { kind: 'outgoing'; key: string; at: string; outgoing: Outgoing }

/** What the history shows, from the oldest to the newest: messages, notes between them, what is not sent yet, and a line for each day. */
export function entriesOf({ messages, notes, has_more }: Talk, outgoing: readonly Outgoing[]): Entry[] {
  const sent = new Set(messages.map(({ client_message_id }) => client_message_id))
  const from = has_more ? (messages[0]?.created_at ?? '') : '' // older notes come with the older messages
  const said = withNotes(
    messages.map(messageEntry),
    notes.filter(({ created_at }) => created_at >= from),
  )
  const waiting = outgoing.filter(({ client_message_id }) => !sent.has(client_message_id)).map(outgoingEntry)
  return withDays(withRuns([...said, ...waiting]))
}

// Messages keep the order of their ids, whatever the clocks of several servers say; a note stands before the first that is later.
function withNotes(said: Entry[], notes: readonly Note[]): Entry[] {
  const left = notes.map(noteEntry)
  const mixed = said.flatMap((entry) => {
    const at = left.findIndex((note) => note.at > entry.at)
    return [...left.splice(0, at < 0 ? left.length : at), entry]
  })
  return [...mixed, ...left]
}

function messageEntry(message: Message): Entry {
  return { kind: 'message', key: `m${message.id}`, at: message.created_at, message, leads: true }
}

function noteEntry(note: Note): Entry {
  return { kind: 'note', key: `n${note.id}`, at: note.created_at, note }
}

function outgoingEntry(outgoing: Outgoing): Entry {
  return { kind: 'outgoing', key: outgoing.client_message_id, at: outgoing.created_at, outgoing }
}

function withRuns(entries: Entry[]): Entry[] {
  return entries.map((entry, index) => {
    const before = entries[index - 1]
    if (entry.kind !== 'message' || before?.kind !== 'message') return entry
    return { ...entry, leads: speakerOf(entry.message) !== speakerOf(before.message) }
  })
}

function withDays(entries: Entry[]): Entry[] {
  return entries.flatMap((entry, index) => {
    const before = entries[index - 1]
    if (before && dayOf(before.at) === dayOf(entry.at)) return [entry]
    return [{ kind: 'day' as const, key: `d${dayOf(entry.at)}`, at: entry.at }, entry]
  })
}

function speakerOf({ sender, operator_name, message_kind }: Message): string {
  return `${sender} ${operator_name ?? ''} ${message_kind}`
}

function dayOf(at: string): string {
  return new Date(at).toDateString()
}
