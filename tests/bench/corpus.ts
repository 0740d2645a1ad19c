import { stemsOf } from '../../src/words/stems.ts'

// A made-up shop's vocabulary: enough different words that a question of six finds some passages and not all.
const ROOTS =
  'чай кофе заказ доставк оплат возврат скидк магазин склад курьер карт бонус адрес сайт сорт вкус аромат лист сбор куст гор сад вод чайник чашк подар короб упаков вес цен срок день недел месяц год город улиц дом клиент покупател партнёр оптов договор счёт накладн чек касс код номер звонок письм сообщен вопрос ответ помощ настройк аккаунт парол логин профил'.split(
    ' ',
  )
const ENDINGS = ['', 'а', 'ы', 'у', 'ом', 'е', 'ов', 'ам', 'ами', 'ах', 'ный', 'ная', 'ное', 'ного', 'ной']
const FILLER = 'и в на с по для от до при без через после перед когда если чтобы только также можно нужно'.split(' ')

/** A random number generator that always draws the same numbers. */
function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 4294967296
  }
}

export type Line = { id: string; title: string; text: string }

/** `count` passages of some 600 characters in made-up Russian, each with a few words of its own. */
export function passages(count: number): Line[] {
  const draw = dice(7)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(draw() * from.length)]!
  // Few words are frequent and most are rare, as in any language.
  const word = () => (draw() < 0.3 ? pick(FILLER) : ROOTS[Math.floor(draw() ** 2 * ROOTS.length)]! + pick(ENDINGS))
  const sentence = (own: string) => {
    const words = Array.from({ length: 8 + Math.floor(draw() * 8) }, word)
    words.splice(Math.floor(draw() * words.length), 0, own)
    return `${words.join(' ')}.`
  }
  return Array.from({ length: count }, (_, i) => {
    const own = [rareWord(i * 3), rareWord(i * 3 + 1), rareWord(i * 3 + 2)]
    return {
      id: `p${i}`,
      title: `Раздел ${i % 100} › ${word()} ${own[0]}`,
      text: Array.from({ length: 6 }, (_, k) => sentence(own[k % 3]!)).join(' '),
    }
  })
}

/** Questions about the passages: a rare word of one and some frequent ones. */
export function questions(count: number, passageCount: number): string[] {
  const draw = dice(11)
  return Array.from({ length: count }, () => {
    const own = rareWord(Math.floor(draw() * passageCount) * 3 + Math.floor(draw() * 3))
    const common = Array.from(
      { length: 4 },
      () => ROOTS[Math.floor(draw() ** 2 * ROOTS.length)]! + ENDINGS[Math.floor(draw() * ENDINGS.length)]!,
    )
    return `Как ${common[0]} ${common[1]} для ${own} и ${common[2]} ${common[3]}?`
  })
}

// Four consonant–vowel pairs spell a number, so no two passages share a word of their own.
function rareWord(n: number): string {
  const consonants = 'бвгджзклмнпрстфхцчшщ'
  const vowels = 'аеиоу'
  let word = ''
  for (let i = 0; i < 4; i++) {
    word += consonants[n % 20]! + vowels[Math.floor(n / 20) % 5]!
    n = Math.floor(n / 7)
  }
  return `${word}тор`
}

/** How many different stems a corpus has, to say what was measured. */
export function vocabulary(lines: Line[]): number {
  return new Set(lines.flatMap((line) => stemsOf(line.text))).size
}
