import type { SavedStore } from './storage.ts'

export type Language = 'ru' | 'en'

/** What `GET /api/widget/config` answers. */
export interface WidgetConfig {
  assistant: { name: string }
  title: string
  greeting: string
  locale: Language
  languages: Language[]
  texts: Partial<Record<Language, { greeting?: string; placeholder?: string }>>
  theme: { color: string; position: 'right' | 'left' }
  consent_text: string | null
  /** The bot in which the conversation can go on. */
  telegram: string | null
  max_file_bytes: number
  suggestions: string[]
}

export interface Attachment {
  id: number
  name: string
  content_type: string
  size: number
}

export type Vote = 'up' | 'down'

/** Who the page says its visitor is, signed by the site's own server. */
export type Identity = Record<string, unknown>

export interface Source {
  n: number
  title: string
  text: string
}

/** A message as the visitor API serves it; `created_at` is a date in any form `Date` reads. */
export interface Message {
  id: number
  sender: 'user' | 'assistant' | 'operator' | 'system'
  text: string
  created_at: number | string
  client_message_id: string | null
  reply_to: number | null
  operator_name?: string
  message_kind?: string
  /** False: an honest "I don't know". */
  answered?: boolean
  sources: Source[]
  attachments?: Attachment[]
}

/** What the loader lends to the chat module. */
export interface ChatHost {
  base: string
  siteToken: string
  language: Language
  config: WidgetConfig
  root: ShadowRoot
  store: SavedStore
  emit: (event: string, detail?: unknown) => void
  requestClose: () => void
  showUnread: (count: number) => void
  identity?: Identity
}

/** What the chat module gives back to the loader. */
export interface Chat {
  open: () => void
  close: () => void
  send: (text: string) => void
  callHuman: () => void
  /** The page has said who its visitor is. */
  identify: () => void
  destroy: () => void
}

export type ReplyXFunction = ((command: string, ...args: unknown[]) => unknown) & {
  q?: ArrayLike<unknown>[]
  loaded?: true
}
