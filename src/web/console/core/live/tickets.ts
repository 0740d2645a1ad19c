import { callList } from '../api.ts'
import { me } from '../session.ts'
import { createStore } from '../store.ts'
import { keepAsking } from './asking.ts'

const POLL_MS = 60_000 // tickets are answered in hours

/** How many tickets have an answer this owner has not read, and how many wait for this admin. */
export const tickets = createStore({ unread: 0, unanswered: 0 })

/** Asks how many there are now, as after reading or answering one. */
export async function countTickets(): Promise<void> {
  const user = me.get()
  const numberAt = (may: boolean, path: string) => (may ? callList(path).then(({ total }) => total) : 0)
  try {
    const [unread, unanswered] = await Promise.all([
      numberAt(user?.role === 'owner', '/api/support/tickets?unread=true&limit=1'),
      numberAt(user?.is_admin === true, '/api/admin/support/tickets?unanswered=true&limit=1'),
    ])
    tickets.set({ unread, unanswered })
  } catch {
    // the next round asks again; the banner tells of a lost connection
  }
}

/** Keeps `tickets` true, give or take a minute, until the answer is called. */
export function keepCountingTickets(): () => void {
  const ask = () => void countTickets()
  const end = keepAsking(ask, () => false)
  const timer = setInterval(() => document.visibilityState === 'visible' && ask(), POLL_MS)
  return () => {
    end()
    clearInterval(timer)
    tickets.set({ unread: 0, unanswered: 0 })
  }
}
