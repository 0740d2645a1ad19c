import { stem } from '../../words/stems.ts'
import { editDistance } from '../../words/typos.ts'

// Long enough that one slip leaves no other word; the verbs in the form people give orders in.
const NOUNS = 'оператор менеджер человек консультант специалист сотрудник администратор руководитель техподдержка'
const FORMS = `
  позовите соедините переключите подключите пригласите свяжите переведите поговорить пообщаться связаться соединить
  operator human agent representative manager supervisor consultant person specialist
`
// Neighbours that are words of their own.
const OTHERS: ReadonlySet<string> = new Set(
  'назовите manage managed manages humane humana persona agency agenda agents переводите'.split(' '),
)
const SHORTEST = 5
const LONGEST = 18

const index = new Map<string, string[]>()
const targets = [
  ...words(NOUNS).map((word) => [fold(stem(word)), word] as const),
  ...words(FORMS).map((word) => [fold(word), word] as const),
]
for (const [folded, word] of targets) for (const key of cuts(folded)) index.set(key, [...(index.get(key) ?? []), word])
const spelling = new Map(targets.map(([folded, word]) => [word, folded]))

/** The word that was meant, when `word` is one slip (a letter more, less, other or swapped; vowels as they sound) from one that matters. */
export function correct(word: string): string | undefined {
  if (word.length < SHORTEST || word.length > LONGEST || OTHERS.has(word)) return undefined
  return nearest(fold(word)) ?? nearest(fold(stem(word)))
}

function nearest(folded: string): string | undefined {
  for (const key of cuts(folded))
    for (const word of index.get(key) ?? []) if (editDistance(folded, spelling.get(word)!, 1) <= 1) return word
  return undefined
}

// Unstressed vowels sound alike, and a letter is doubled or not.
function fold(word: string): string {
  return word
    .replaceAll('о', 'а')
    .replace(/[еэяы]/g, 'и')
    .replace(/[ьъ]/g, '')
    .replace(/(.)\1+/gu, '$1')
}

// A word and what is left of it without one letter: two words one slip apart share one of these.
function cuts(word: string): string[] {
  return [word, ...Array.from(word, (_, i) => word.slice(0, i) + word.slice(i + 1))]
}

function words(list: string): string[] {
  return list.trim().split(/\s+/)
}
