/** The shapes of the API that several pages use; the whole is described at `/api/docs`. */

export type WidgetLook = {
  title: string
  greeting: string
  color: string
  position: 'right' | 'left'
  consent_text: string
  suggestions: string[]
}

export type Assistant = {
  id: number
  name: string
  description: string
  system_prompt: string
  ai_model: string
  locale: 'ru' | 'en'
  is_active: boolean
  website_integration: boolean
  allowed_domains: string[]
  site_token: string
  widget: WidgetLook
  created_at: string
  updated_at: string
}

export type Source = { n: number; title: string; text: string; score: number; document_id: number | null }

export type Presence = 'available' | 'busy' | 'away' | 'offline'

export type Colleague = {
  id: number
  name: string
  email: string
  role: 'owner' | 'operator'
  is_blocked: boolean
  last_login_at: string | null
}

export type TeamMember = {
  operator_id: number
  name: string
  role: 'owner' | 'operator'
  status: Presence
  current_load: number
  max_capacity: number
}

export type CannedReply = { id: number; shortcut: string; text: string; updated_at: string }
