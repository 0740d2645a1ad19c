import type { Attachment, Message } from '../shared/contract.ts'
import type { Line } from './line.ts'
import type { Parcel } from './sender.ts'

/** Where the bytes of a dialog's files come from. */
export interface Files {
  /** The content of a file, fetched once. Rejects with ApiFailure. */
  open: (file: Attachment) => Promise<Blob>
  /** Sends a file with what is said about it; the answer is the stored message. */
  send: (parcel: Parcel & { file: File }, onProgress: (share: number) => void) => Promise<Message>
}

/** Opens the files of a line's dialog. What was sent from this page is not fetched again. */
export function createFiles(line: Pick<Line, 'api' | 'host'>): Files {
  const known = new Map<number, Promise<Blob>>()
  const path = () => `dialogs/${line.host.store.read().dialog_id}/files`

  function open({ id }: Attachment): Promise<Blob> {
    const found = known.get(id) ?? line.api.download(`${path()}/${id}`)
    known.set(id, found)
    found.catch(() => known.delete(id)) // so that the next look tries again
    return found
  }

  async function send({ text, client_message_id, file }: Parcel & { file: File }, onProgress: (share: number) => void) {
    const form = new FormData()
    form.set('client_message_id', client_message_id)
    form.set('text', text)
    form.set('file', file, file.name)
    const message = await line.api.upload<Message>(path(), form, onProgress)
    for (const { id } of message.attachments ?? []) known.set(id, Promise.resolve(file))
    return message
  }

  return { open, send }
}
