import { useWords } from '../../core/i18n.ts'
import { Badge } from '../../ui/avatar.tsx'
import { texts } from './texts.ts'
import type { Ticket } from './types.ts'

const KINDS = { open: 'warn', in_progress: 'good', closed: 'plain' } as const

/** Where a ticket stands. */
export function StatusOf({ ticket: { status } }: { ticket: Pick<Ticket, 'status'> }) {
  const t = useWords(texts)
  return <Badge kind={KINDS[status]}>{t[status]}</Badge>
}
