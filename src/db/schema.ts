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
    holder: Generated<'server' | 'command' | null>
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
    /** Whose team an operator belongs to; null = an owner, their own tenant. */
    owner_id: Generated<number | null>
    email_confirmed_at: number | null
    created_at: number
    last_login_at: number | null
  }
  sessions: {
    id: string
    user_id: number
    refresh_hash: string
    /** The one before it, until `rotated_at`. */
    previous_hash: string | null
    rotated_at: Generated<number>
    created_at: number
    expires_at: number
  }
  one_time_codes: {
    id: Generated<number>
    user_id: number
    purpose: 'confirm' | 'reset'
    code_hash: string
    tries: Generated<number>
    expires_at: number
    created_at: number
  }
  stream_tickets: { ticket_hash: string; caller: string; expires_at: number }

  assistants: {
    id: Generated<number>
    tenant_id: number
    name: string
    description: string
    system_prompt: string
    ai_model: string
    locale: 'ru' | 'en'
    is_active: number
    website_integration: number
    allowed_domains: string
    site_token: string
    widget: string
    created_at: number
    updated_at: number
    deleted_at: number | null
  }

  // knowledge
  documents: {
    id: Generated<number>
    tenant_id: number
    assistant_id: number
    external_id: string | null
    filename: string
    size: number
    content_type: string
    sha256: string
    /** Below the uploads folder; imported texts have none. */
    file: string | null
    status: 'processing' | 'completed' | 'failed'
    error: string | null
    progress: number
    chunks_count: number
    created_at: number
    updated_at: number
  }
  questions: {
    id: Generated<number>
    tenant_id: number
    assistant_id: number
    external_id: string | null
    question: string
    answer: string
    tags: string
    created_at: number
    updated_at: number
  }

  // dialogs, answering
  dialogs: {
    id: Generated<number>
    tenant_id: number
    assistant_id: number
    platform: 'website' | 'telegram'
    guest_id: string
    first_name: string | null
    last_name: string | null
    locale: 'ru' | 'en'
    page_url: string | null
    page_title: string | null
    status: Generated<'active' | 'archived'>
    handoff_status: Generated<'none' | 'requested' | 'active' | 'released' | 'cancelled'>
    last_message_id: Generated<number>
    /** The latest episode, and its state as compare-and-set needs it. */
    handoff_id: Generated<number | null>
    handoff_reason: Generated<string | null>
    /** 0 low, 1 normal, 2 high, 3 urgent. */
    handoff_priority: Generated<number>
    handoff_requested_at: Generated<number | null>
    handoff_operator_id: Generated<number | null>
    handoff_operator_name: Generated<string | null>
    /** When its operator last wrote or typed in it. */
    handoff_touched_at: Generated<number | null>
    ai_off: Generated<number>
    email: Generated<string | null>
    /** The site's own id of a visitor who was identified by signature. */
    external_id: Generated<string | null>
    /** The last message that staff has seen. */
    seen_id: Generated<number>
    bot_id: Generated<number | null>
    telegram_chat_id: Generated<string | null>
    telegram_username: Generated<string | null>
    telegram_unreachable: Generated<number>
    created_at: number
  }
  messages: {
    id: Generated<number>
    tenant_id: number
    dialog_id: number
    sender: 'user' | 'assistant' | 'operator' | 'system'
    text: string
    source_id: string | null
    reply_to: number | null
    operator_id: number | null
    operator_name: string | null
    answered: number | null
    sources: string | null
    kind: Generated<'system' | null>
    /** How far a message got that goes out over Telegram. */
    delivery: Generated<'pending' | 'sent' | 'failed' | 'unknown' | null>
    attachments: Generated<string | null>
    edited_at: Generated<number | null>
    created_at: number
  }
  evidence: { message_id: number; tenant_id: number; record: string }

  // handoff
  handoffs: {
    id: Generated<number>
    tenant_id: number
    dialog_id: number
    request_id: string
    /** What the request was answered, for whoever repeats it. */
    answer: string
    reason: string
    requested_at: number
    operator_id: Generated<number | null>
    taken_at: Generated<number | null>
    ended_at: Generated<number | null>
    ended_by: Generated<'released' | 'cancelled' | 'nobody_came' | null>
    resolution: Generated<string | null>
    comment: Generated<string | null>
  }
  handoff_tries: { dialog_id: number; tried_at: number }
  handoff_settings: { tenant_id: number; phrases: string }
  operator_presence: {
    user_id: number
    tenant_id: number
    status: 'available' | 'busy' | 'away' | 'offline'
    max_capacity: number
    seen_at: number
    /** Until when they can be called where no page of ours says that they are there. */
    reachable_until: Generated<number>
  }

  // telegram
  bots: {
    id: Generated<number>
    tenant_id: number
    assistant_id: number
    /** Telegram's own id of the bot: the number before the colon of its token. */
    bot_id: string
    username: string
    sealed: string
    hint: string
    is_enabled: Generated<number>
    status: Generated<'starting' | 'running' | 'stopped' | 'conflict' | 'unauthorized' | 'failed'>
    error: Generated<string | null>
    update_offset: Generated<number>
    /** Which node polls it, and until when unless it says so again. */
    holder: Generated<string | null>
    lease_until: Generated<number>
    created_at: number
    updated_at: number
  }
  telegram_skipped: {
    id: Generated<number>
    bot_id: number
    update_id: number
    reason: string
    body: string
    created_at: number
  }
  telegram_sends: {
    message_id: number
    part: number
    tenant_id: number
    state: 'sending' | 'sent' | 'failed' | 'unknown'
    telegram_message_id: string | null
    error: string | null
    updated_at: number
  }
  telegram_groups: {
    tenant_id: number
    bot_id: number
    chat_id: string
    title: string
    locale: 'ru' | 'en'
    /** Why nothing can be shown there right now. */
    problem: 'kicked' | 'no_rights' | 'no_topics' | null
    linked_at: number
  }
  telegram_topics: {
    dialog_id: number
    tenant_id: number
    chat_id: string
    /** Null while it is being made. */
    thread_id: number | null
    /** The last fact of the dialog that is shown there. */
    seq: number
    /** 1 while something is being sent: after a kill nobody knows whether it arrived. */
    in_doubt: Generated<number>
    card_id: string | null
    card_body: Generated<string>
    card_status: Generated<string>
    is_open: Generated<number>
    created_at: number
  }
  telegram_people: {
    user_id: number
    tenant_id: number
    telegram_user_id: string
    telegram_name: string
    linked_at: number
  }
  telegram_codes: {
    code_hash: string
    tenant_id: number
    purpose: 'group' | 'operator' | 'dialog'
    subject_id: number
    expires_at: number
  }

  // inbox
  notes: {
    id: Generated<number>
    tenant_id: number
    dialog_id: number
    author_id: number
    author_name: string
    text: string
    created_at: number
  }
  canned_replies: { id: Generated<number>; tenant_id: number; shortcut: string; text: string; updated_at: number }
  ratings: {
    dialog_id: number
    /** 0 = the dialog as a whole. */
    message_id: number
    tenant_id: number
    rating: 'up' | 'down'
    comment: string | null
    created_at: number
  }
  attachments: {
    id: Generated<number>
    tenant_id: number
    dialog_id: number
    name: string
    content_type: string
    size: number
    sha256: string
    /** Below the uploads folder. */
    file: string
    created_at: number
  }

  // billing, payments; all sums are kopecks
  balances: {
    tenant_id: number
    balance: number
    /** What a refund at the bank took back after it was spent; the next credits pay it. */
    debt: number
    /** Of all time, for answers. */
    spent: number
    bonus: number
    plan: 'trial' | 'payg'
    /** How many entries led here, and the hash of the last. */
    entries: number
    hash: string
    /** Since when answers have been refused for want of money. */
    empty_since: number | null
  }
  ledger_entries: {
    id: Generated<number>
    tenant_id: number
    seq: number
    amount: number
    reason: string
    reference: string
    balance_after: number
    details: string
    prev_hash: string
    hash: string
    created_at: number
  }
  payments: {
    /** Ours, the bank's OrderId. */
    id: string
    tenant_id: number
    amount: number
    refunded: Generated<number>
    status: string
    terminal_key: string
    /** The bank's PaymentId, exactly as it is written: it may be longer than a number holds. */
    bank_id: Generated<string | null>
    payment_url: Generated<string | null>
    description: string
    customer_email: string
    return_url: string | null
    fail_url: string | null
    idempotency_key: string | null
    request_hash: string
    error_code: Generated<string | null>
    /** What the bank says of the card, masked. */
    card: Generated<string | null>
    created_at: number
    /** When the bank was last asked to open it. */
    asked_at: number
    confirmed_at: Generated<number | null>
  }
  /** Each change of a payment, in the order we heard of it; what changed nothing leaves no row. */
  payment_steps: {
    id: Generated<number>
    tenant_id: number
    payment_id: string
    status: string
    /** As the bank told it. */
    amount: number | null
    /** How we heard: its notice, its answer to an order of ours, or because we asked. */
    source: 'notice' | 'answer' | 'question'
    error_code: string | null
    at: number
  }
  refunds: {
    /** The bank's ExternalRequestId. */
    id: string
    payment_id: string
    tenant_id: number
    amount: number
    state: 'pending' | 'done' | 'refused'
    reason: string | null
    requested_by: string
    idempotency_key: string | null
    error_code: Generated<string | null>
    created_at: number
  }

  // email
  email_outbox: {
    id: Generated<number>
    /** Constant per letter, so that a mailbox can tell a repeat. */
    message_id: string
    tenant_id: number
    kind: string
    locale: 'ru' | 'en'
    recipient: string
    /** What makes it repeatable: the same occasion is the same letter. */
    once: string | null
    /** What it says, sealed; null once forgotten. */
    sealed: string | null
    state: 'waiting' | 'sent' | 'failed'
    /** Why the last attempt came to nothing, and what the mail server said. */
    reason: string | null
    detail: string | null
    /** Which task may send it: an earlier one is out of date. */
    turn: Generated<number>
    attempts: Generated<number>
    /** How often the mail server had all of it and never said whether it took it. */
    unanswered: Generated<number>
    due_at: number
    /** After that it is of no use. */
    good_until: number
    created_at: number
    ended_at: number | null
  }

  // llm
  ai_tokens: {
    id: Generated<number>
    name: string
    provider: 'openai' | 'yandex'
    base_url: string | null
    /** The key, sealed; `hint` is what may be shown of it. */
    sealed: string
    hint: string
    model_access: string
    daily_limit: number | null
    monthly_limit: number | null
    /** UTC day and month, counted from 1970, that the two usages belong to. */
    usage_day: Generated<number>
    daily_usage: Generated<number>
    usage_month: Generated<number>
    monthly_usage: Generated<number>
    priority: number
    is_active: Generated<number>
    notes: Generated<string>
    failures: Generated<number>
    /** Why it rests; without a time, until it is edited. */
    parked_reason: string | null
    parked_until: number | null
    /** Counts edits, so that a late verdict on an old key does not hit a new one. */
    version: Generated<number>
    created_at: number
  }
  ai_usage: {
    id: Generated<number>
    tenant_id: number | null
    token_id: number | null
    provider: string
    model: string
    purpose: 'chat' | 'embed' | 'test'
    requests: Generated<number>
    prompt_tokens: number | null
    completion_tokens: number | null
    /** Kopecks, estimated; null when unknown. */
    cost: number | null
    outcome: Generated<string>
    ms: number | null
    created_at: number
  }

  // support
  ticket_numbers: { year: number; last: number }
  tickets: {
    /** TICKET-YYYY-NNNNNN. */
    id: string
    tenant_id: number
    subject: string
    category: 'billing' | 'technical' | 'account' | 'other'
    priority: 'low' | 'medium' | 'high' | 'urgent'
    status: 'open' | 'in_progress' | 'closed'
    /** What the owner named as their address; letters go to the account's. */
    user_email: string
    promised_minutes: number
    /** The last message of the owner and of support, and up to which the owner has read; 0 = none. */
    last_reply_id: number
    last_answer_id: number
    owner_seen_id: number
    idempotency_key: string | null
    request_hash: string
    created_at: number
    updated_at: number
    answered_at: number | null
    closed_at: number | null
  }
  ticket_messages: {
    id: Generated<number>
    tenant_id: number
    ticket_id: string
    author: 'owner' | 'support'
    author_id: number
    author_name: string
    message: string
    /** Names of attachments that were only named, a JSON list. */
    labels: string
    source_id: string | null
    created_at: number
  }
  ticket_files: {
    id: string
    /** Who uploaded it until a message takes it, then the owner of the ticket. */
    tenant_id: number
    uploaded_by: number
    ticket_id: string | null
    message_id: number | null
    name: string
    content_type: string
    size: number
    sha256: string
    file: string
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
