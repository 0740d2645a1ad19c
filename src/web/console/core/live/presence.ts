import { call } from '../api.ts'
import { createStore, memory } from '../store.ts'

export type Wish = 'available' | 'away'
const EVERY = 30_000 // the server takes somebody for gone after ninety seconds

/** Whether this person takes dialogs now. */
export const presence = createStore<Wish>(memory.read('presence') === 'away' ? 'away' : 'available')

/** Says to the server, now and every half minute, that this person is there, until the answer is called. */
export function keepPresent(): () => void {
  beat()
  const timer = setInterval(beat, EVERY)
  return () => clearInterval(timer)
}

/** Changes whether this person takes dialogs. */
export function setPresence(wish: Wish): void {
  memory.write('presence', wish)
  presence.set(wish)
  beat()
}

/** Says goodbye, before the session ends. */
export async function leave(): Promise<void> {
  await call('POST', '/api/operator/heartbeat', { status: 'offline' }).catch(() => undefined)
}

function beat(): void {
  // A beat that is lost is made up for by the next; the banner tells of a lost connection.
  call('POST', '/api/operator/heartbeat', { status: presence.get() }).catch(() => undefined)
}
