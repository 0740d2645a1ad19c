import { useMemo, useState } from 'preact/hooks'
import { newId } from '../../../widget/shared/ids.ts'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { go } from '../../core/router.ts'
import { Select, TextArea, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { toast } from '../../ui/toast.tsx'
import { Files, useFiles } from './files.tsx'
import { texts } from './texts.ts'
import { CATEGORIES, type Category, PRIORITIES, type Priority, type Ticket } from './types.ts'

/** An owner writes to support; afterwards they are in the new conversation. */
export function NewTicket({ onClose }: { onClose: () => void }) {
  const t = useWords(texts)
  const [subject, setSubject] = useState('')
  const [message, setMessage] = useState('')
  const [category, setCategory] = useState<Category>('technical')
  const [priority, setPriority] = useState<Priority>('medium')
  const files = useFiles()
  const attachments = files.files.map(({ id }) => id)
  // Another ticket is another key; the same one, sent again after a lost answer, is not.
  const key = useMemo(newId, [subject, message, category, priority, files.files])
  const action = useAction(async () => {
    const draft = { subject, message, category, priority, attachments }
    const ticket = await call<Ticket>('POST', '/api/support/ticket', draft, key)
    toast(`${t.sent} ${ticket.estimated_response_time}`)
    go(`/support/${ticket.ticket_id}`)
  })
  return (
    <FormDialog
      wide
      title={t.add}
      action={{ ...action, busy: action.busy || files.action.busy }}
      fields={['subject', 'message']}
      verb={t.send}
      onClose={onClose}
    >
      <TextField
        label={t.subject}
        name="subject"
        problem={action.error}
        required
        maxLength={200}
        value={subject}
        onChange={setSubject}
      />
      <div class="ticket-choices">
        <Select label={t.category} options={CATEGORIES.map(named)} value={category} onChange={setCategory} />
        <Select label={t.priority} options={PRIORITIES.map(named)} value={priority} onChange={setPriority} />
      </div>
      <TextArea
        label={t.message}
        hint={t.message_hint}
        name="message"
        problem={action.error}
        required
        rows={7}
        maxLength={10_000}
        value={message}
        onChange={setMessage}
      />
      <Files of={files} />
    </FormDialog>
  )

  function named<V extends Category | Priority>(value: V) {
    return { value, label: t[value] }
  }
}
