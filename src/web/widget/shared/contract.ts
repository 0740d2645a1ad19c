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
  online: boolean
  suggestions: string[]
}

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
  sources: Source[]
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
}

/** What the chat module gives back to the loader. */
export interface Chat {
  open: () => void
  close: () => void
  send: (text: string) => void
  destroy: () => void
}

export type ReplyXFunction = ((command: string, ...args: unknown[]) => unknown) & {
  q?: ArrayLike<unknown>[]
  loaded?: true
}
