import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { type Dialog, getDialog } from '../dialogs/dialogs.ts'
import { type Attachment, dialogStream } from '../dialogs/events.ts'
import { findBySource, type Message, sayOnce } from '../dialogs/messages.ts'
import { touchDialog } from '../dialogs/state.ts'
import { invalid } from '../errors.ts'
import { tenantTopic } from '../events/publish.ts'
import type { Staff } from '../http/route.ts'
import { cleanText } from '../lib/text.ts'
import { noteAtWork } from './desk/presence.ts'
import { errors } from './errors.ts'
import { takeDialog } from './take.ts'

export type OperatorMessage = {
  dialog_id: number
  text: string
  operator_name?: string | undefined
  client_message_id?: string | undefined
  idempotency_key?: string | undefined
  /** Where it came from, when that is what makes it unique, such as a message in the staff's own chat. */
  source_id?: string | undefined
  attachments?: Attachment[] | undefined
}

/**
 * What a member of staff said, under their own name. A dialog that nobody has is taken over by it; one that a colleague has is HANDOFF_CONFLICT.
 * With a `client_message_id` or an Idempotency-Key a repeat is the same message; another text under the same key is VALIDATION_ERROR.
 */
export async function sayAsOperator(ctx: Context | TxContext, staff: Staff, said: OperatorMessage): Promise<Message> {
  const source_id = sourceOf(staff, said)
  return inTransaction(ctx, async (ctx) => {
    const dialog = await getDialog(ctx, staff, said.dialog_id)
    const before = source_id && (await findBySource(ctx, dialog, source_id))
    if (before) return sameText(before, said)
    const holder = await holderOf(ctx, staff, dialog, said)
    const operator = { id: staff.id, name: said.operator_name || holder }
    const { text, attachments } = said
    const { message } = await sayOnce(ctx, dialog, { sender: 'operator', text, source_id, operator, attachments })
    await touchDialog(ctx, dialog, staff.id)
    await noteAtWork(ctx, staff)
    return message
  })
}

/** Shows the visitor (and the colleagues) that an operator is writing; only the one who has the dialog is shown. */
export async function noteTyping(ctx: Context, staff: Staff, dialog_id: number): Promise<void> {
  const dialog = await getDialog(ctx, staff, dialog_id)
  if (dialog.handoff_status !== 'active' || dialog.handoff_operator_id !== staff.id) return
  await touchDialog(ctx, dialog, staff.id)
  tell(ctx, dialog, { type: 'operator.typing', dialog_id, operator_name: dialog.handoff_operator_name ?? staff.name })
}

/** Shows the staff that a visitor is writing. */
export function noteVisitorTyping(ctx: Context, dialog: Dialog): void {
  tell(ctx, dialog, { type: 'visitor.typing', dialog_id: dialog.id })
}

function tell(ctx: Context, dialog: Dialog, signal: { type: string; dialog_id: number; operator_name?: string }): void {
  const timestamp = new Date(ctx.now()).toISOString()
  ctx.bus.signal(dialogStream(dialog.id), { ...signal, timestamp })
  ctx.bus.signal(tenantTopic(dialog.tenant_id), { ...signal, timestamp })
}

function sourceOf(staff: Staff, { source_id, client_message_id, idempotency_key }: OperatorMessage) {
  const key = client_message_id ?? idempotency_key
  return source_id ?? (key && `operator:${staff.id}:${key}`)
}

function sameText(before: Message, said: OperatorMessage): Message {
  const isOwnKey = said.client_message_id !== undefined || said.source_id !== undefined
  if (isOwnKey || before.text === cleanText(said.text)) return before
  throw invalid(
    'Idempotency-Key',
    'этот ключ уже использован с другим текстом',
    'this key was already used with another text',
  )
}

async function holderOf(ctx: TxContext, staff: Staff, dialog: Dialog, said: OperatorMessage): Promise<string> {
  const { handoff_status, handoff_operator_id, handoff_operator_name } = dialog
  if (handoff_status !== 'active') return (await takeDialog(ctx, staff, { ...said, strict: false })).operator.name
  if (handoff_operator_id === staff.id) return handoff_operator_name ?? staff.name
  throw errors.HANDOFF_CONFLICT({ operator_id: handoff_operator_id, operator_name: handoff_operator_name })
}
