// The same keys on both layouts; the second halves are the signs that stand there with Shift.
const QWERTY = "`qwertyuiop[]asdfghjkl;'zxcvbnm,." + '~{}:"<>'
const JCUKEN = 'ёйцукенгшщзхъфывапролджэячсмитьбю' + 'ёхъжэбю'

// Longest first, so that "shch" is not read as "s" and "hch".
const TRANSLIT: readonly (readonly [latin: string, cyrillic: string])[] = pairs(`
  shch щ sch щ yo е jo е zh ж kh х ts ц ch ч sh ш yu ю ju ю ya я ja я iy ий yy ый ye е
  a а b б c ц d д e е f ф g г h х i и j й k к l л m м n н o о p п q к r р s с t т u у v в w в x кс z з ' ь
`)
const VOWELS = 'аеиоуыэюя'

const toCyrillicKeys = keyMap(QWERTY, JCUKEN)
const toLatinKeys = keyMap(JCUKEN, QWERTY)

/**
 * What a text may have been meant to say, itself first: a text without Cyrillic letters may be Russian typed on a Latin layout ("ghbdtn")
 * or in Latin letters ("privet"); one without Latin letters may be English typed on a Russian layout ("руддщ"). A mixed text stands as it is.
 */
export function readings(text: string): string[] {
  const lower = text.toLowerCase()
  const hasCyrillic = /[а-яё]/.test(lower)
  const hasLatin = /[a-z]/.test(lower)
  if (hasLatin && !hasCyrillic) return [text, retype(lower, toCyrillicKeys), fromTranslit(lower)]
  if (hasCyrillic && !hasLatin) return [text, retype(lower, toLatinKeys)]
  return [text]
}

function pairs(table: string): (readonly [string, string])[] {
  const cells = table.trim().split(/\s+/)
  return cells.flatMap((cell, i) => (i % 2 === 0 ? [[cell, cells[i + 1]!] as const] : []))
}

// A letter that stands on two keys of `from` keeps its first, the one without Shift.
function keyMap(from: string, to: string): ReadonlyMap<string, string> {
  return new Map([...from].map((key, i) => [key, to[i]!] as const).reverse())
}

function retype(text: string, keys: ReadonlyMap<string, string>): string {
  return [...text].map((key) => keys.get(key) ?? key).join('')
}

function fromTranslit(text: string): string {
  let out = ''
  for (let at = 0; at < text.length; ) {
    const pair = TRANSLIT.find(([latin]) => text.startsWith(latin, at))
    if (pair) out += pair[1]
    else out += text[at] === 'y' ? readY(out) : text[at]
    at += pair?.[0].length ?? 1
  }
  return out
}

// "y" is й after a vowel ("moy") and ы after a consonant ("vy").
function readY(before: string): string {
  return VOWELS.includes(before.at(-1) ?? '-') ? 'й' : 'ы'
}
