import type { Assistant } from '../../src/assistants/assistants.ts'
import { openSession } from '../../src/auth/sessions.ts'
import { addOperator } from '../../src/operators/operators.ts'
import { startTestApp, type TestApp } from '../helpers/app.ts'
import { aGuest, anAssistant, type Guest, PASSWORD, type Person, signUp } from '../helpers/people.ts'

export type Desk = AsyncDisposable & { app: TestApp; owner: Person; assistant: Assistant; guest: Guest; path: string }
type Status = { status: string; reason: string | null; assigned_manager: { id: number } | null }

/** An owner with an assistant and one visitor's dialog; `path` is the dialog's. */
export async function aDesk(options: Parameters<typeof startTestApp>[0] = {}): Promise<Desk> {
  const app = await startTestApp(options)
  const owner = await signUp(app, 'owner')
  const assistant = await anAssistant(app, owner)
  const guest = await aGuest(app, assistant)
  const path = `/api/dialogs/${guest.dialog_id}`
  return { app, owner, assistant, guest, path, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() }
}

/** An operator of the owner's team, signed in. */
export async function aColleague(desk: Pick<Desk, 'app' | 'owner'>, name: string): Promise<Person> {
  const email = `${name}@example.com`
  const { operator } = await addOperator(desk.app.ctx, desk.owner.id, { email, name, password: PASSWORD })
  const { access_token, refresh_token } = await openSession(desk.app.ctx, operator)
  return {
    id: operator.id,
    email,
    token: access_token,
    refresh_token,
    call: (method, path, body) => desk.app.call(method, path, { body, token: access_token }),
  }
}

/** Where the dialog's handoff stands. */
export async function statusOf(desk: Desk): Promise<Status> {
  return (await desk.owner.call<Status>('GET', `${desk.path}/handoff/status`)).body
}
