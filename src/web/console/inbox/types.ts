import type { Source } from '../core/types.ts'

export type Priority = 'low' | 'normal' | 'high' | 'urgent'

/** A dialog as `GET /api/dialogs/:id` shows it. */
export type Dialog = {
  id: number
  assistant_id: number
  assistant_name: string
  assistant_active: boolean
  platform: 'telegram' | 'website'
  telegram_username: string | null
  first_name: string | null
  last_name: string | null
  locale: 'ru' | 'en'
  status: 'active' | 'archived'
  handoff_status: 'none' | 'requested' | 'active' | 'released'
  handoff_reason: string | null
  handoff_requested_at: string | null
  taken_over_by: number | null
  operator_name: string | null
  priority: Priority
  ai_off: boolean
  email: string | null
  external_id: string | null
  unread: number
  page_url: string | null
  page_title: string | null
  last_message: string | null
  last_message_time: string | null
  created_at: string
}

export type Attachment = { id: number; name: string; content_type: string; size: number }

export type Message = {
  id: number
  sender: 'user' | 'assistant' | 'operator' | 'system'
  text: string
  created_at: string
  client_message_id: string | null
  reply_to: number | null
  operator_name?: string
  message_kind: 'text' | 'system'
  answered?: boolean
  sources: Source[]
  attachments: Attachment[]
  delivery: 'pending' | 'sent' | 'failed' | 'unknown' | null
  edited_at: string | null
}

export type Note = { id: number; author_id: number; author_name: string; text: string; created_at: string }
export type Rating = { message_id: number; rating: 'up' | 'down'; comment: string | null }

/** What the stream tells about one dialog; of other types only the dialog is known. */
export type Fact = { dialog_id: number } & (
  | { type: 'dialog.message.created' | 'dialog.message.updated'; message: Message }
  | { type: 'dialog.message.delta'; reply_to: number; offset: number; text: string }
  | { type: 'dialog.note.created'; note: Note }
  | { type: 'handoff.requested'; reason: string; priority: Priority; requeued: boolean; at: number }
  | { type: 'handoff.started'; operator: { id: number; name: string } }
  | { type: 'handoff.released'; return_to_ai: boolean }
  | { type: 'handoff.cancelled' | 'handoff.delayed' }
  | { type: 'operator.typing'; operator_name: string }
  | { type: 'visitor.typing' | 'dialog.opened' | 'dialog.changed' }
)
