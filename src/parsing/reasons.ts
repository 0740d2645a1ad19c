const MB = 1024 * 1024

/** What one document may cost; whatever goes beyond fails with its own reason. */
export type Caps = {
  wall_ms: number
  cpu_seconds: number
  rss_bytes: number
  heap_mb: number
  file_bytes: number
  text_bytes: number
  chunks: number
  pages: number
  zip_entries: number
  zip_bytes: number
  zip_ratio: number
}

export const CAPS: Caps = {
  // A 20 MB document that people wrote takes seconds; a minute means a trap.
  wall_ms: 60_000,
  // The kernel's own stop, for a child whose parent is gone: a minute of two cores.
  cpu_seconds: 120,
  rss_bytes: 600 * MB,
  heap_mb: 256,
  // Uploads are limited before; this only keeps a stray gigabyte out of memory.
  file_bytes: 50 * MB,
  text_bytes: 10 * MB,
  chunks: 20_000,
  // A 700-page catalogue is plausible, a page tree of a hundred thousand is not.
  pages: 3_000,
  // A DOCX has some twenty parts, a workbook with many sheets and pictures some hundreds.
  zip_entries: 2_000,
  zip_bytes: 100 * MB,
  // XML packs 10:1, repetitive sheets 40:1; only bombs reach hundreds.
  zip_ratio: 100,
}

/** Why a document could not be read, each with one sentence for its owner. */
export const REASONS = {
  empty: { ru: 'Файл пуст.', en: 'The file is empty.' },
  damaged: {
    ru: 'Файл повреждён или загружен не полностью. Откройте его, сохраните заново и загрузите ещё раз.',
    en: 'The file is damaged or incomplete. Open it, save it again and upload it once more.',
  },
  wrong_format: {
    ru: 'Это не PDF, DOCX, XLSX, HTML, MD, TXT или CSV.',
    en: 'This is not a PDF, DOCX, XLSX, HTML, MD, TXT or CSV file.',
  },
  old_office: {
    ru: 'Это файл старого Office (DOC или XLS). Сохраните его как DOCX или XLSX.',
    en: 'This is an old Office file (DOC or XLS). Save it as DOCX or XLSX.',
  },
  password_protected: {
    ru: 'Файл защищён паролем. Снимите пароль и загрузите файл ещё раз.',
    en: 'The file is protected by a password. Remove the password and upload it again.',
  },
  forbidden_content: {
    ru: 'В файле есть определения DOCTYPE, которых в документах Office не бывает. Сохраните его заново.',
    en: 'The file has DOCTYPE definitions, which Office documents never have. Save it again.',
  },
  too_large: { ru: 'Файл слишком большой.', en: 'The file is too large.' },
  too_large_unpacked: {
    ru: 'В распакованном виде файл слишком большой.',
    en: 'The file is too large once unpacked.',
  },
  too_many_pages: { ru: 'В файле слишком много страниц.', en: 'The file has too many pages.' },
  too_much_text: {
    ru: 'В файле слишком много текста. Разделите его на части.',
    en: 'The file has too much text. Split it into parts.',
  },
  timed_out: {
    ru: 'Разбор файла занял слишком много времени и был остановлен.',
    en: 'Reading the file took too long and was stopped.',
  },
  out_of_memory: {
    ru: 'На разбор файла не хватило отведённой памяти.',
    en: 'Reading the file took more memory than it is allowed.',
  },
  no_text: {
    ru: 'В файле нет текста, только изображения (скан). Распознайте текст и загрузите файл ещё раз.',
    en: 'The file has no text, only images (a scan). Recognise the text and upload it again.',
  },
  unreadable_text: {
    ru: 'Текст в файле нечитаем: шрифты или кодировка записаны неверно. Сохраните его заново.',
    en: 'The text in the file is unreadable: its fonts or encoding are wrong. Save it again.',
  },
  crashed: { ru: 'Разбор файла неожиданно прервался.', en: 'Reading the file broke off unexpectedly.' },
} as const satisfies Record<string, { ru: string; en: string }>

export type Reason = keyof typeof REASONS

/**
 * Reading a document failed: `reason` is for the owner (see REASONS), `cause` is for the log. Nothing of the document may be kept.
 * `crashed` alone is an accident of ours and worth a second try; all other reasons are the file's own.
 */
export class ParsingFailed extends Error {
  readonly reason: Reason
  readonly texts: { ru: string; en: string }
  constructor(reason: Reason, cause?: unknown) {
    super(REASONS[reason].en, { cause })
    this.name = 'ParsingFailed'
    this.reason = reason
    this.texts = REASONS[reason]
  }
}

/** True for an accident of ours, worth a second try. */
export function isAccident(error: ParsingFailed): boolean {
  return error.reason === 'crashed'
}
