import { z } from 'zod'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { getDialog } from '../dialogs/dialogs.ts'
import { deskStream } from '../dialogs/events.ts'
import { event } from '../events/event.ts'
import { publish } from '../events/publish.ts'
import type { Staff } from '../http/route.ts'
import { cleanText } from '../lib/text.ts'
import { toIso } from '../lib/time.ts'
import type { NoteRow } from './store.ts'
import * as store from './store.ts'

const SHOWN = 200 // the newest notes of one dialog; more would be a dialog of their own

export const NoteView = z
  .object({ id: z.int(), author_id: z.int(), author_name: z.string(), text: z.string(), created_at: z.iso.datetime() })
  .meta({ id: 'Note' })

/** Staff wrote something to each other about a dialog; its visitor never hears of it. */
export const noteCreated = event(
  'dialog.note.created',
  z.object({ tenant_id: z.int(), dialog_id: z.int(), note: NoteView }),
  ({ dialog_id }) => deskStream(dialog_id),
)

/** Keeps a note about a dialog that only staff can read. */
export async function addNote(ctx: Context, author: Staff, { dialog_id, text }: { dialog_id: number; text: string }) {
  return inTransaction(ctx, async (ctx) => {
    const { tenant_id } = await getDialog(ctx, author, dialog_id)
    const row = await store.insertNote(ctx.db, {
      tenant_id,
      dialog_id,
      author_id: author.id,
      author_name: author.name,
      text: cleanText(text),
      created_at: ctx.now(),
    })
    await publish(ctx, noteCreated, { tenant_id, dialog_id, note: viewOf(row) })
    return viewOf(row)
  })
}

/** The notes about a dialog, oldest first. */
export async function listNotes(ctx: Context, reader: Staff, dialog_id: number) {
  const { tenant_id } = await getDialog(ctx, reader, dialog_id)
  return (await store.notesOf(ctx.db, tenant_id, dialog_id, SHOWN)).reverse().map(viewOf)
}

function viewOf({ id, author_id, author_name, text, created_at }: NoteRow) {
  return { id, author_id, author_name, text, created_at: toIso(created_at) }
}
