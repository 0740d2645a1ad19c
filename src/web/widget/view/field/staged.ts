import type { ChatHost } from '../../shared/contract.ts'
import { el, icon } from '../../shared/dom.ts'
import { sizeInWords } from '../../shared/sizes.ts'
import type { Texts } from '../../shared/texts.ts'

interface Staged {
  node: HTMLElement
  /** Takes files to send with the next message; answers why one was refused, or an empty text. */
  add: (files: Iterable<File>) => string
  /** Hands the files over and forgets them. */
  take: () => File[]
  count: () => number
}

interface StagedOptions {
  host: ChatHost
  texts: Texts
  onChange: () => void
}

/** The kinds of files that a dialog takes. */
export const KINDS = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf']
const MOST = 5 // at once; a visitor with more should talk to somebody first

/** Keeps the files that wait for the next message, each with a button that takes it out again. */
export function createStaged({ host, texts, onChange }: StagedOptions): Staged {
  const { language, config } = host
  const node = el('ul', { class: 'staged', hidden: true })
  let files: File[] = []

  function add(given: Iterable<File>): string {
    let refusal = ''
    for (const file of given) {
      const why = whyNot(file)
      refusal ||= why
      if (!why) files = [...files, file]
    }
    render()
    return refusal
  }

  function whyNot(file: File): string {
    if (!KINDS.includes(file.type)) return texts.badKind
    if (file.size > config.max_file_bytes) return `${texts.tooLarge} ${sizeInWords(config.max_file_bytes, language)}`
    return files.length < MOST ? '' : texts.tooMany
  }

  function render(): void {
    node.hidden = files.length === 0
    node.replaceChildren(...files.map(createChip))
    onChange()
  }

  function createChip(file: File): HTMLElement {
    const remove = () => {
      files = files.filter((other) => other !== file)
      render()
    }
    const label = `${texts.remove}: ${file.name}`
    return el(
      'li',
      {},
      el('span', { dir: 'auto' }, file.name),
      el('small', {}, sizeInWords(file.size, language)),
      el('button', { type: 'button', 'aria-label': label, click: remove }, icon('M6 6l12 12M18 6 6 18')),
    )
  }

  function take(): File[] {
    const taken = files
    files = []
    render()
    return taken
  }

  return { node, add, take, count: () => files.length }
}
