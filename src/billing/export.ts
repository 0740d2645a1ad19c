import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import type { Context } from '../context.ts'
import type { Locale } from '../errors.ts'
import { type Listed, viewOf } from './statement.ts'
import type { EntryFilter } from './store.ts'
import * as store from './store.ts'

const PAGE = 1000 // entries held at once
const HEADINGS = {
  ru: ['Дата (UTC)', 'Операция', 'Вид', 'Сумма, ₽', 'Баланс после, ₽', 'Подробности'],
  en: ['Date (UTC)', 'Movement', 'Kind', 'Sum, RUB', 'Balance after, RUB', 'Details'],
}
const BOM = '\uFEFF' // without it Excel takes the file for its old code page

/** Writes an owner's movements, oldest first, as CSV that the spreadsheets of the caller's language open as a table; a listener who leaves ends it. */
export async function exportTransactions(
  ctx: Context,
  tenant_id: number,
  { locale, ...filter }: EntryFilter & { locale: Locale },
  res: Response,
): Promise<void> {
  res.set({
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': 'attachment; filename="balance.csv"',
  })
  try {
    await pipeline(Readable.from(linesOf(ctx, tenant_id, filter, locale)), res)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

async function* linesOf(ctx: Context, tenant_id: number, filter: EntryFilter, locale: Locale): AsyncGenerator<string> {
  yield BOM + asLine(HEADINGS[locale], locale)
  let after = 0
  for (;;) {
    const page = await store.entriesAfter(ctx.db, tenant_id, after, PAGE, filter)
    if (page.length > 0) yield page.map((row) => asLine(cellsOf(viewOf(row, locale), locale), locale)).join('')
    if (page.length < PAGE) return
    after = page.at(-1)!.seq
  }
}

function cellsOf(one: Listed, locale: Locale): string[] {
  const { created_at, description, service_type, amount, balance_after, details } = one
  const sum = (roubles: number) => (locale === 'ru' ? roubles.toFixed(2).replace('.', ',') : roubles.toFixed(2))
  const more = Object.entries(details).map(([name, value]) => `${name}: ${value}`)
  const when = created_at.slice(0, 19).replace('T', ' ')
  return [when, asText(description), service_type, sum(amount), sum(balance_after), asText(more.join('; '))]
}

// A spreadsheet would run what begins like a formula.
function asText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
}

function asLine(cells: string[], locale: Locale): string {
  const comma = locale === 'ru' ? ';' : ','
  return `${cells.map((cell) => (/[",;\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(comma)}\r\n`
}
