import { ApiError, errorOf, unreachable } from './errors.ts'
import { language } from './i18n.ts'
import { createStore, memory } from './store.ts'

export type Me = {
  id: number
  email: string
  first_name: string
  last_name: string
  name: string
  role: 'owner' | 'operator'
  tenant_id: number
  is_admin: boolean
}
type Signed = { access_token: string; user: Me; billing: boolean; refresh_token?: string }

/** Who is signed in: undefined before that is known, null for nobody. */
export const me = createStore<Me | null | undefined>(undefined)
/** Whether owners pay for answers on this appliance. */
export const hasBilling = createStore(false)
/** The access token lives here and nowhere else, so it is gone with the page. */
let access: string | undefined

export const accessToken = () => access

/** Signs in; throws what the server refuses with. */
export async function signIn(email: string, password: string): Promise<void> {
  keep(await post<Signed>('login', { email, password }))
}

/** Takes up the session this browser still has, if any. */
export async function restore(): Promise<void> {
  // The hint spares a browser that never signed in a refused request.
  if (memory.read('signed') !== '1' && !memory.read('refresh', 'session')) return me.set(null)
  try {
    await renew(undefined)
  } catch (error) {
    if (error instanceof ApiError && error.status === 0) throw error
    forget()
  }
}

/**
 * A fresh access token, when `stale` is still the present one. One refresh at a time over all tabs: each uses up the token of the one before.
 * Throws when the session is over; the sign-in page is shown then.
 */
export async function renew(stale: string | undefined): Promise<void> {
  await alone(async () => {
    if (access !== stale) return
    const refresh_token = memory.read('refresh', 'session') ?? undefined
    keep(await post<Signed>('refresh', refresh_token ? { refresh_token } : {}))
  })
}

/** Ends the session here and on the server, which ends its streams as well. */
export async function signOut(): Promise<void> {
  const refresh_token = memory.read('refresh', 'session') ?? undefined
  await alone(() => post('logout', refresh_token ? { refresh_token } : {}))
  forget()
}

/** Forgets the session, because it ended elsewhere. */
export function forget(): void {
  access = undefined
  memory.write('signed', null)
  memory.write('refresh', null, 'session')
  me.set(null)
}

/** Shows a changed profile. */
export function showMe(user: Me): void {
  me.set(user)
}

function keep({ access_token, user, billing, refresh_token }: Signed): void {
  const before = me.get()
  access = access_token
  hasBilling.set(billing)
  memory.write('signed', '1')
  if (refresh_token) memory.write('refresh', refresh_token, 'session')
  // Another tab signed in as somebody else: what this one shows belongs to the person before.
  if (before && before.id !== user.id) location.reload()
  else me.set(user)
}

// Where there are no locks (http without TLS) each tab has a session of its own and needs none.
async function alone<T>(work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work()
  return navigator.locks.request('replyx:console:session', work)
}

async function post<T>(verb: 'login' | 'refresh' | 'logout', body: object): Promise<T> {
  const response = await fetch(`/api/console/${verb}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Replyx-Console': '1', 'Accept-Language': language.get() },
    body: JSON.stringify(body),
  }).catch(() => Promise.reject(unreachable()))
  const answer = await response.json().catch(() => undefined)
  if (!response.ok) throw errorOf(response.status, answer)
  return answer as T
}
