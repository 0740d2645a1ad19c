export type Span = { start: number; end: number }

// What a full stop after does not end a sentence. Lower case, without the last stop; Russian first, then English.
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  `
  г гг в вв н э т д п с м р ч кв стр рис табл гл ст п пп см ср др пр проч им ул пер пл наб просп пр-т бул ш корп стр оф каб эт тел доб моб факс руб коп тыс млн млрд трлн
  шт экз кг мин сек час напр примеч прим ред изд сб св о-в оз р-н обл респ гор пос дер ост проф доц акад канд докт инж зам нач зав гос мин макс ок прибл род ум англ лат
  греч нем фр итал исп рус букв сокр
  mr mrs ms dr prof st jr sr vs etc no fig eq al inc ltd corp co dept approx est min max tel ext vol pp ed eds gen col lt sgt capt rep sen gov mt ave blvd jan feb mar apr
  jun jul aug sep sept oct nov dec e.g i.e a.m p.m u.s u.k ph.d
  `
    .trim()
    .split(/\s+/),
)

// Abbreviations that often stand last: before a capital they do end the sentence ("стоит 500 руб. Доставка…", "и т. д. Затем…").
const CLOSING =
  /(?:\d\s*(?:гг?|руб|коп|шт|кг|мин|сек|час|см|мм)|(?<!\p{L})т\.\s?[дп]|(?<!\p{L})и\s(?:др|пр)|(?<!\p{L})etc)$/iu

// A stop, mark of exclamation or question (with closing quotes and brackets), or the end of a line.
const CANDIDATE = /[.!?…]+[»”"')\]]*(?=\s|$)|\n+/gu

/** The sentences of a text as spans, in order, white space at their ends left out; a line end always ends one, an abbreviation or initial does not. */
export function sentencesOf(text: string): Span[] {
  const spans: Span[] = []
  let start = 0
  for (const match of text.matchAll(CANDIDATE)) {
    const end = match.index + match[0].length
    if (!endsSentence(text, { start, mark: match.index, end })) continue
    addSpan(spans, text, { start, end })
    start = end
  }
  addSpan(spans, text, { start, end: text.length })
  return spans
}

function endsSentence(text: string, { start, mark, end }: { start: number; mark: number; end: number }): boolean {
  if (text[mark] !== '.') return true
  // After a lone stop a sentence goes on with a capital, a digit, a quote or a bullet; "т. е. так" goes on with a small letter.
  const next = /\S/.exec(text.slice(end, end + 20))?.[0] ?? ''
  if (/\p{Ll}/u.test(next)) return false
  if (end - mark > 1) return true
  const tail = text.slice(Math.max(start, mark - 20), mark)
  if (CLOSING.test(tail)) return true
  const before = lastWord(tail)
  if (/^\p{Lu}$/u.test(before)) return false
  if (/^\d{1,3}$/.test(before) && isLineStart(text, mark - before.length)) return false
  return !ABBREVIATIONS.has(before.toLowerCase())
}

function lastWord(text: string): string {
  return /[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u.exec(text)?.[0] ?? ''
}

// "1." at the start of a line is the number of an item, not a sentence.
function isLineStart(text: string, at: number): boolean {
  return at === 0 || /\n\s*$/.test(text.slice(Math.max(0, at - 10), at))
}

function addSpan(spans: Span[], text: string, { start, end }: Span): void {
  const piece = text.slice(start, end)
  const trimmed = piece.trim()
  if (trimmed === '') return
  const from = start + piece.indexOf(trimmed[0]!)
  spans.push({ start: from, end: from + trimmed.length })
}
