import type { Migration } from '../migrate.ts'
import { events } from './0001-events.ts'
import { users } from './0002-users.ts'
import { aiTokens } from './0003-ai-tokens.ts'
import { assistants } from './0004-assistants.ts'
import { passages } from './0005-passages.ts'
import { knowledge } from './0006-knowledge.ts'
import { dialogs } from './0007-dialogs.ts'
import { handoff } from './0008-handoff.ts'
import { telegram } from './0009-telegram.ts'
import { inbox } from './0010-inbox.ts'
import { billing } from './0011-billing.ts'
import { paymentSteps } from './0012-payment-steps.ts'
import { email } from './0013-email.ts'
import { lostRefresh } from './0014-lost-refresh.ts'
import { support } from './0015-support.ts'

/** In order, append-only: a released migration is never edited. */
export const migrations: Migration[] = [
  events,
  users,
  aiTokens,
  assistants,
  passages,
  knowledge,
  dialogs,
  handoff,
  telegram,
  inbox,
  billing,
  paymentSteps,
  email,
  lostRefresh,
  support,
]
