import { ApiFailure } from './api.ts'
import { forgetDialog, type Line, refresh, refreshDesk } from './line.ts'

/** Opens a dialog where there is none, or none that is still open. Throws ApiFailure. */
export async function ensureDialog(line: Line): Promise<void> {
  const { language, store } = line.host
  if (line.talk.desk.is_closed) forgetDialog(line)
  if (store.read().dialog_id) return
  // Query and fragment stay on the page: they may hold what the visitor would not show.
  const page_url = location.origin + location.pathname
  const page_title = document.title.slice(0, 200)
  const dialog = await line.api.call<{ id: number }>('POST', 'dialogs', { page_url, page_title, locale: language })
  store.write({ dialog_id: dialog.id })
  await Promise.all([refresh(line), refreshDesk(line), identify(line)])
}

/** Tells the server who the page says its visitor is, once there is a dialog to name; a refusal is for the owner to read. */
export async function identify({ api, host }: Line): Promise<void> {
  if (!host.identity || !host.store.read().dialog_id) return
  await api.call('POST', 'identify', host.identity).catch((error: unknown) => {
    const hint = error instanceof ApiFailure && error.status === 403 ? '; check its hash and expires_at' : ''
    console.warn(`ReplyX: the visitor was not identified, because ${String(error)}${hint}`)
  })
}
