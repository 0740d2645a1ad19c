import type { Context } from '../../context.ts'
import { workDueTasks } from '../../events/work.ts'
import { type Document, getDocument } from '../../knowledge/documents.ts'
import { pause, SECOND } from '../../lib/time.ts'
import { EVERYBODY } from '../shell/command.ts'

const LOOK_EVERY = SECOND / 5 // a short text is read in less; a bar that moves five times a second looks alive

/** Does the work that waits for knowledge, and nothing else: answers and letters are the server's. A running server may be doing some of it. */
export async function workKnowledge(ctx: Context): Promise<void> {
  const names = ctx.subscriptions.map((one) => one.task).filter((name) => name.startsWith('knowledge.'))
  await workDueTasks(ctx, names)
}

/**
 * Waits until the documents are read, whoever reads them: this process, or a server on the same data folder.
 * `onLook` hears how far they are, in documents. Answers with them as they ended, completed or failed.
 */
export async function waitUntilRead(
  ctx: Context,
  ids: number[],
  onLook: (done: number, current: string) => void,
): Promise<Document[]> {
  for (;;) {
    let working = true
    const work = workKnowledge(ctx).finally(() => {
      working = false
    })
    while (working) {
      await Promise.race([work, pause(LOOK_EVERY)])
      look(await documentsOf(ctx, ids), onLook)
    }
    await work
    const documents = await documentsOf(ctx, ids)
    if (documents.every((one) => one.status !== 'processing')) return documents
    await pause(LOOK_EVERY)
  }
}

function look(documents: Document[], onLook: (done: number, current: string) => void): void {
  const waiting = documents.filter((one) => one.status === 'processing')
  const current = waiting.find((one) => one.progress > 0) ?? waiting[0]
  onLook(documents.length - waiting.length + (current?.progress ?? 0), current?.filename ?? '')
}

function documentsOf(ctx: Context, ids: number[]): Promise<Document[]> {
  return Promise.all(ids.map((id) => getDocument(ctx, EVERYBODY, id)))
}
