import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  UNSUPPORTED_FORMAT: [
    415,
    'Неподдерживаемый формат: нужен PDF, DOCX, XLSX, HTML, MD, TXT или CSV',
    'Unsupported format: PDF, DOCX, XLSX, HTML, MD, TXT or CSV is needed',
  ],
  UPLOAD_QUOTA_EXCEEDED: [413, 'Превышена квота загрузок', 'The upload quota is used up'],
  VIRUS_DETECTED: [422, 'В файле обнаружен вирус', 'A virus was found in the file'],
})
