import type { Generated } from 'kysely'

/** The table types, in the order of the migrations. Flags are 0 or 1, moments are epoch milliseconds, JSON is text. */
export type Schema = {
  migrations: { name: string; applied_at: number }
  settings: { name: string; value: string }

  // events
  streams: { name: string; last_seq: number }
  events: {
    id: Generated<number>
    stream: string
    seq: number
    tenant_id: number
    name: string
    payload: string
    created_at: number
  }
  tasks: {
    id: Generated<number>
    name: string
    lane: string
    payload: string
    state: 'ready' | 'running' | 'dead'
    attempts: Generated<number>
    due_at: number
    lease_until: Generated<number>
    error: string | null
    created_at: number
  }

  // users, auth
  users: {
    id: Generated<number>
    email: string
    password_hash: string
    first_name: Generated<string>
    last_name: Generated<string>
    is_admin: Generated<number>
    is_blocked: Generated<number>
    onboarding_completed: Generated<number>
    email_confirmed_at: number | null
    created_at: number
    last_login_at: number | null
  }
  sessions: { id: string; user_id: number; refresh_hash: string; created_at: number; expires_at: number }
  one_time_codes: {
    id: Generated<number>
    user_id: number
    purpose: 'confirm' | 'reset'
    code_hash: string
    tries: Generated<number>
    expires_at: number
    created_at: number
  }

  // retrieval
  passages: {
    id: Generated<number>
    assistant_id: number
    lane: 'qa' | 'doc'
    source_id: number
    position: number
    title: string
    text: string
    title_stems: string
    text_stems: string
  }
  passage_lanes: { assistant_id: number; lane: 'qa' | 'doc'; passages: number; title_words: number; text_words: number }
  passage_stems: { assistant_id: number; stem: string; lane: 'qa' | 'doc'; reversed: string; passages: number }
  vector_sets: { id: Generated<number>; fingerprint: string; dimensions: number }
  passage_vectors: { passage_id: number; vector_set_id: number; assistant_id: number; vector: Uint8Array }
}
