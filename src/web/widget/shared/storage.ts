/** A message the visitor wrote that the server has not confirmed yet. */
export interface Outgoing {
  client_message_id: string
  text: string
  created_at: number
}

/** What one site remembers about its own visitor between pages. */
export interface Saved {
  visitor_token?: string
  guest_id?: string
  dialog_id?: number
  draft?: string
  unread?: number
  asked_at?: number
  /** The newest message that was shown in an open window. */
  seen_id?: number
  /** Until when something is expected, so that the chat listens although its window is closed. */
  until?: number
  outbox?: Outgoing[]
}

export interface SavedStore {
  read: () => Saved
  write: (patch: Saved) => void
}

/** Opens the site's own memory in localStorage; where storage is blocked or full it lasts as long as the page. */
export function openStore(siteToken: string): SavedStore {
  const key = `replyx:${siteToken.slice(0, 24)}`
  let memory: Saved = {}
  const read = () => {
    const text = attempt(() => localStorage.getItem(key))
    return text ? (attempt(() => JSON.parse(text) as Saved) ?? memory) : memory
  }
  const write = (patch: Saved) => {
    memory = { ...read(), ...patch }
    attempt(() => localStorage.setItem(key, JSON.stringify(memory)))
  }
  return { read, write }
}

const OPEN_KEY = 'replyx:open'

/** Says whether this tab left the chat open on the page before. */
export function wasOpen(): boolean {
  return attempt(() => sessionStorage.getItem(OPEN_KEY)) === '1'
}

/** Remembers for this tab whether the chat is open. */
export function rememberOpen(open: boolean): void {
  attempt(() => sessionStorage.setItem(OPEN_KEY, open ? '1' : '0'))
}

// Private windows and strict settings make any touch of storage throw; the chat then simply forgets.
function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
