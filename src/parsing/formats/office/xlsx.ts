import readXlsxFile from 'read-excel-file/universal'
import type { Outline, Source } from '../../blocks.ts'
import { addTable } from '../tables.ts'
import { packParts, readXmlParts } from './zip.ts'

/** Reads all sheets of a workbook; rows as in tables, the name of a sheet as a heading unless it is the only one. */
export async function readXlsx({ file, caps }: Source, outline: Outline): Promise<void> {
  const parts = packParts(await readXmlParts(file, caps))
  const sheets = await readXlsxFile(new Uint8Array(parts).buffer)
  const truths = isRussian(sheets) ? ['нет', 'да'] : ['no', 'yes']
  for (const { sheet, data } of sheets) {
    if (sheets.length > 1) outline.heading(1, sheet)
    addTable(
      outline,
      (data as unknown[][]).map((row) =>
        row.map((cell) => cellText(typeof cell === 'boolean' ? truths[Number(cell)] : cell)),
      ),
    )
  }
}

function isRussian(sheets: { data: unknown[][] }[]): boolean {
  return sheets.some(({ data }) =>
    data.some((row) => row.some((cell) => typeof cell === 'string' && /[а-яё]/i.test(cell))),
  )
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Date) return dateText(cell)
  if (typeof cell === 'number') return numberText(cell)
  return String(cell)
}

// A workbook has no time zones; the library gives its moments in UTC.
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return ''
  const [day, time] = date.toISOString().split('T') as [string, string]
  return time.startsWith('00:00:00') ? day : `${day} ${time.slice(0, 5)}`
}

// 0.1 + 0.2 is stored as 0.30000000000000004; sheets show at most 15 digits.
function numberText(value: number): string {
  return String(Number(value.toPrecision(15)))
}
