import assert from 'node:assert/strict'
import { type CallOptions, startTestApp, type TestApp } from '../helpers/app.ts'
import type { EngineName } from '../helpers/engines.ts'
import { type Person, signUp } from '../helpers/people.ts'
import { PNG } from '../helpers/picture.ts'

export type Ticket = {
  ticket_id: string
  status: string
  priority: string
  estimated_response_time: string
  unread: boolean
  unanswered: boolean
  owner_email: string
  messages: Message[]
}
export type Message = {
  id: number
  author: string
  message: string
  status: string
  attachments: { id: string; name: string }[]
  labels: string[]
}
export type Scene = AsyncDisposable & { app: TestApp; anna: Person; boss: Person }

/** An appliance with an owner who has questions and the admin who answers. */
export async function aScene(options: { engine?: EngineName; flags?: Record<string, string> } = {}): Promise<Scene> {
  const app = await startTestApp(options)
  const [anna, boss] = [await signUp(app, 'anna'), await signUp(app, 'boss', { is_admin: true })]
  return { app, anna, boss, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() }
}

/** Opens a ticket; what is not said is ordinary. */
export function open(
  { app, anna }: Pick<Scene, 'app' | 'anna'>,
  fields: Record<string, unknown> = {},
  options: CallOptions = {},
) {
  const body = { subject: 'Проблема с платежами', message: 'Не могу пополнить баланс', ...fields }
  return app.call<Ticket>('POST', '/api/support/ticket', { body, token: anna.token, ...options })
}

/** Uploads a file for a ticket and answers its id. */
export async function upload({ app }: Pick<Scene, 'app'>, person: Person, name = 'снимок.png'): Promise<string> {
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(PNG)]), name)
  const { status, body } = await app.call<{ id: string }>('POST', '/api/support/attachments', {
    raw: form,
    token: person.token,
  })
  assert.equal(status, 201)
  return body.id
}

/** A ticket as its owner, or somebody else, sees it. */
export async function seen(person: Person, id: string): Promise<Ticket> {
  return (await person.call<Ticket>('GET', `/api/support/tickets/${id}`)).body
}

/** The names of everything that was told about tickets. */
export async function told({ app }: Scene): Promise<string[]> {
  const rows = await app.ctx.db
    .selectFrom('events')
    .select('name')
    .where('name', 'like', 'ticket.%')
    .orderBy('id')
    .execute()
  return rows.map(({ name }) => name)
}
