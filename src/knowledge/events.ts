import { z } from 'zod'
import { event } from '../events/event.ts'

const About = z.object({ tenant_id: z.int(), assistant_id: z.int(), document_id: z.int() })
const knowledgeStream = ({ tenant_id }: { tenant_id: number }) => `knowledge:${tenant_id}`

/** A file waits to be read. */
export const documentUploaded = event('knowledge.document.uploaded', About, knowledgeStream)
export type DocumentUploaded = z.infer<typeof About>

/** A document was deleted; its passages go in the background, because a large one has thousands. */
export const documentDeleted = event(
  'knowledge.document.deleted',
  About.extend({ file: z.string().nullable() }),
  knowledgeStream,
)
export type DocumentDeleted = z.infer<typeof documentDeleted.shape>
