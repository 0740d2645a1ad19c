import { assistantDeleted } from '../assistants/assistants.ts'
import { on } from '../events/event.ts'
import type { Module } from '../module.ts'
import { passagesAdded } from '../retrieval/events.ts'
import { embedMissing } from './embed-passages.ts'
import { documentDeleted, documentUploaded } from './events.ts'
import { clearAssistant, clearDocument, giveUpDocument, ingestDocument } from './ingest.ts'
import * as routes from './routes.ts'

// One document at a time, whoever uploaded it: parsing takes a core of the machine.
const oneAtATime = () => 'knowledge.ingest'

export const knowledge: Module = {
  name: 'knowledge',
  routes: Object.values(routes),
  subscriptions: [
    on(documentUploaded, 'knowledge.ingest', ingestDocument, { lane: oneAtATime, whenDead: giveUpDocument }),
    on(documentDeleted, 'knowledge.clear_document', clearDocument),
    on(assistantDeleted, 'knowledge.clear_assistant', clearAssistant),
    on(passagesAdded, 'knowledge.embed', embedMissing, {
      lane: ({ assistant_id }) => `knowledge.embed:${assistant_id}`,
    }),
  ],
}
