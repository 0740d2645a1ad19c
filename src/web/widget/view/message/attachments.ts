import type { Attachment, Language } from '../../shared/contract.ts'
import { el, icon } from '../../shared/dom.ts'
import { sizeInWords } from '../../shared/sizes.ts'
import type { Texts } from '../../shared/texts.ts'

export interface AttachmentContext {
  texts: Texts
  language: Language
  open: (file: Attachment) => Promise<Blob>
}

const SHEET = 'M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zm0 0v5h5'
const THUMB_PX = 480 // twice the width it is shown at, for fine screens
const LIFE_MS = 60_000 // the new tab has read the file by then

/** Shows the files of a message: pictures small, everything else by name. Each opens in a tab of its own. */
export function createAttachments(files: Attachment[], context: AttachmentContext): HTMLElement {
  return el('div', { class: 'files' }, ...files.map((file) => createFile(file, context)))
}

function createFile(file: Attachment, context: AttachmentContext): HTMLElement {
  const { texts, open } = context
  const isImage = file.content_type.startsWith('image/')
  const label = `${texts.open}: ${file.name}`
  const show = () => void openInTab(file, open)
  const button = el('button', { class: 'file', type: 'button', 'aria-label': label, title: file.name, click: show })
  const byName = () =>
    button.replaceChildren(icon(SHEET), el('span', { dir: 'auto' }, file.name), sizeOf(file, context))
  if (isImage) drawThumb(file, { button, open }).catch(byName)
  else byName()
  button.classList.toggle('thumb', isImage)
  return button
}

// A canvas and not an image: the policy of the customer's page need not allow pictures from blobs.
async function drawThumb(
  file: Attachment,
  { button, open }: { button: HTMLElement; open: AttachmentContext['open'] },
): Promise<void> {
  try {
    const bitmap = await createImageBitmap(await open(file), { resizeWidth: THUMB_PX, resizeQuality: 'high' })
    const canvas = el('canvas', { width: bitmap.width, height: bitmap.height })
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
    bitmap.close()
    button.replaceChildren(canvas)
  } catch (error) {
    button.classList.remove('thumb')
    throw error
  }
}

async function openInTab(file: Attachment, open: AttachmentContext['open']): Promise<void> {
  const blob = await open(file)
  const href = URL.createObjectURL(new Blob([blob], { type: file.content_type }))
  // A document could run scripts in the name of the page it is opened from, so it goes to the disk.
  const download = file.content_type.startsWith('image/') ? undefined : file.name
  el('a', { href, target: '_blank', rel: 'noopener', download }).click()
  setTimeout(() => URL.revokeObjectURL(href), LIFE_MS)
}

function sizeOf({ size }: Attachment, { language }: AttachmentContext): HTMLElement {
  return el('small', {}, sizeInWords(size, language))
}
