import { randomUUID } from 'node:crypto'
import {
  type Assistant,
  type AssistantFields,
  changeAssistant,
  createAssistant,
} from '../../src/assistants/assistants.ts'
import { openSession } from '../../src/auth/sessions.ts'
import type { Context } from '../../src/context.ts'
import { addToken } from '../../src/llm/tokens.ts'
import { addQuestion } from '../../src/questions/questions.ts'
import { addUser } from '../../src/users/users.ts'
import { type Answer, type CallOptions, type TestApp, until } from './app.ts'

export type Person = {
  id: number
  email: string
  token: string
  refresh_token: string
  call: <T = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<Answer<T>>
}
export type Guest = {
  token: string
  guest_id: string
  dialog_id: number
  say: (text: string, client_message_id?: string) => Promise<Answer<Said>>
  messages: () => Promise<Said[]>
  answerTo: (message_id: number) => Promise<Said>
}
export type Said = {
  id: number
  sender: string
  text: string
  reply_to: number | null
  answered?: boolean
  client_message_id: string | null
  sources: { n: number; title: string; text: string; document_id: number | null }[]
}

/** Lets the assistant answer with a model behind a key of the appliance. */
export async function useModel(
  ctx: Context,
  assistant: Pick<Assistant, 'id' | 'tenant_id'>,
  model: { name: string; token: string },
): Promise<void> {
  const key = {
    provider: 'openai' as const,
    base_url: null,
    daily_limit: null,
    monthly_limit: null,
    priority: 1,
    is_active: true,
    notes: '',
  }
  await addToken(ctx, { ...key, name: 'main', token: model.token, model_access: [model.name] })
  await changeAssistant(
    ctx,
    { tenant_id: assistant.tenant_id, is_admin: false },
    { id: assistant.id, ai_model: model.name },
  )
}

export const PASSWORD = 'correct horse 1'

/** An owner, or with an `owner_id` one of their operators, signed in. */
export async function signUp(
  app: TestApp,
  name: string,
  more: { is_admin?: boolean; owner_id?: number } = {},
): Promise<Person> {
  const email = `${name}@example.com`
  const user = await addUser(app.ctx, { email, password: PASSWORD, first_name: name, confirmed: true, ...more })
  const { access_token, refresh_token } = await openSession(app.ctx, user)
  return {
    id: user.id,
    email,
    token: access_token,
    refresh_token,
    call: (method, path, body) => app.call(method, path, { body, token: access_token }),
  }
}

/** An assistant of the owner that knows one thing about delivery. */
export async function anAssistant(
  app: TestApp,
  owner: Person,
  fields: Partial<AssistantFields> = {},
): Promise<Assistant> {
  const assistant = await createAssistant(app.ctx, owner.id, {
    name: 'Помощник',
    system_prompt: 'Отвечай вежливо.',
    ...fields,
  } as never)
  await addQuestion(app.ctx, assistant, {
    question: 'Сколько стоит доставка в Казань?',
    answer: 'Доставка в Казань стоит 390 рублей.',
    tags: ['доставка'],
  })
  return assistant
}

/** A visitor of the assistant's site with an open dialog. */
export async function aGuest(app: TestApp, assistant: Assistant, options: CallOptions = {}): Promise<Guest> {
  const session = await app.call<{ visitor_token: string; guest_id: string }>('POST', '/api/widget/session', {
    body: {},
    headers: { 'X-Site-Token': assistant.site_token, Origin: app.url, ...options.headers },
  })
  const { visitor_token: token, guest_id } = session.body
  const dialog = await app.call<{ id: number }>('POST', '/api/widget/dialogs', { body: {}, token })
  const path = `/api/widget/dialogs/${dialog.body.id}/messages`
  const messages = async () => (await app.call<{ messages: Said[] }>('GET', path, { token })).body.messages
  return {
    token,
    guest_id,
    dialog_id: dialog.body.id,
    messages,
    say: (text, client_message_id = randomUUID()) =>
      app.call<Said>('POST', path, { body: { text, client_message_id }, token }),
    answerTo: (message_id) => until(async () => (await messages()).find((one) => one.reply_to === message_id)),
  }
}
