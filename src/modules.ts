import { answering } from './answering/module.ts'
import { assistants } from './assistants/module.ts'
import { auth } from './auth/module.ts'
import { billing } from './billing/module.ts'
import { bots } from './bots/module.ts'
import { console } from './console/module.ts'
import { demo } from './demo/module.ts'
import { dialogs } from './dialogs/module.ts'
import { email } from './email/module.ts'
import { files } from './files/module.ts'
import { handoff } from './handoff/module.ts'
import { inbox } from './inbox/module.ts'
import { knowledge } from './knowledge/module.ts'
import { letters } from './letters/module.ts'
import { llm } from './llm/module.ts'
import type { Module } from './module.ts'
import { operators } from './operators/module.ts'
import { payments } from './payments/module.ts'
import { questions } from './questions/module.ts'
import { realtime } from './realtime/module.ts'
import { reference } from './reference/module.ts'
import { sockets } from './sockets/module.ts'
import { support } from './support/module.ts'
import { system } from './system/module.ts'
import { telegram } from './telegram/module.ts'
import { users } from './users/module.ts'
import { widget } from './widget/module.ts'

/** The table of contents. A folder may import only from folders above it. */
export const modules: Module[] = [
  realtime,
  system,
  llm,
  email,
  billing,
  users,
  auth,
  operators,
  bots,
  assistants,
  payments,
  questions,
  knowledge,
  dialogs,
  files,
  support,
  handoff,
  answering,
  inbox,
  telegram,
  letters,
  widget,
  sockets,
  console,
  demo,
  reference,
]
