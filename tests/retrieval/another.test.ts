import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '../../src/context.ts'
import { inTransaction } from '../../src/db/database.ts'
import { speaksOfAnother } from '../../src/retrieval/another.ts'
import { addPassages } from '../../src/retrieval/index-passages.ts'
import { readQuestion } from '../../src/retrieval/query.ts'
import { findPassages } from '../../src/retrieval/search.ts'
import { stemsOf } from '../../src/words/stems.ts'
import { eachEngine } from '../helpers/engines.ts'

const PAIRS = [
  ['Сколько стоит доставка в Казань?', 'Доставка в Казань стоит 390 рублей.'],
  ['Сколько стоит подарочная упаковка?', 'Коробка стоит 150 рублей.'],
  ['При какой температуре заваривать зелёный чай?', '75 градусов.'],
  ['Как отменить заказ?', 'В личном кабинете.'],
  ['Что даёт тариф Старт 10?', 'Десять заказов в месяц.'],
] as const
const TEXTS = [
  ['Чай › Пуэр', 'Шу пуэр пьют из маленьких чашек. Его хранят в тёмном месте.'],
  ['Магазины', 'Магазин в Самаре открыт с 10 до 20 часов.'],
] as const

async function fill(ctx: Context): Promise<void> {
  await inTransaction(ctx, (ctx) =>
    addPassages(
      ctx,
      PAIRS.map(([title, text], at) => ({ assistant_id: 1, lane: 'qa', source_id: at + 1, position: 0, title, text })),
    ),
  )
  await inTransaction(ctx, (ctx) =>
    addPassages(
      ctx,
      TEXTS.map(([title, text], at) => ({ assistant_id: 1, lane: 'doc', source_id: at + 1, position: 0, title, text })),
    ),
  )
}

eachEngine('a question about another place, sort or plan is never answered with the stored one', async (ctx) => {
  await fill(ctx)
  for (const question of [
    'Сколько стоит доставка в Тулу?',
    'сколько стоит доставка в самару',
    'Сколько стоит доставка до Владивостока?',
    'При какой температуре заваривать пуэр?',
    'Что даёт тариф Старт 50?',
  ]) {
    const { outcome, verbatim } = await findPassages(ctx, { assistant_id: 1, question })
    assert.notEqual(outcome, 'answer', question)
    assert.equal(verbatim, null, question)
  }
})

eachEngine('a question about the same thing is answered in any form, case, spelling or layout', async (ctx) => {
  await fill(ctx)
  for (const question of [
    'сколько стоит доставка по казани',
    'СКОЛЬКО СТОИТ ДОСТАВКА В КАЗАНЬ',
    'Сколько стоит доставка в Козань?',
    'crjkmrj cnjbn ljcnfdrf d rfpfym',
    'какая стоимость доставки до Казани',
  ]) {
    const { verbatim } = await findPassages(ctx, { assistant_id: 1, question })
    assert.equal(verbatim?.text, 'Доставка в Казань стоит 390 рублей.', question)
  }
})

test('what several phrasings of one answer name differently does not matter', () => {
  const query = readQuestion('Какая погода в Париже?')[0]!
  const numbers = {
    lane: 'qa' as const,
    passages: 9,
    title_words: 9,
    text_words: 9,
    frequency: new Map([['погод', 3]]),
  }
  const about = (titles: string[]) => {
    const candidate = {
      passage_id: 1,
      source_id: 1,
      title: titles[0]!,
      title_stems: stemsOf(titles[0]!),
      text_stems: [],
      cosine: null,
    }
    return speaksOfAnother({
      query,
      numbers,
      others: undefined,
      group: {
        titles,
        score: 1,
        best: { candidate, score: 1, lexical: 1, asked: 0.5, covered: 0.5, close: 0, missed: 0.5 },
      },
    })
  }
  assert.equal(about(['Какая погода в Риме?']), true)
  assert.equal(about(['Какая погода в Риме?', 'Погода в Риме']), true)
  assert.equal(about(['Какая погода в Риме?', 'Какая погода в Бостоне?']), false)
  assert.equal(about(['Какая погода в Париже?']), false)
})

eachEngine('the same rules as a PDF and as a DOCX are one answer, not two rivals', async (ctx) => {
  const text =
    'Курьер привозит заказ с десяти до двадцати одного часа. Интервал в два часа вы выбираете сами, а за полчаса до приезда курьер звонит и называет своё имя.'
  const others = [
    'Оплата картой на сайте.',
    'Возврат товара за четырнадцать дней.',
    'Магазин открыт ежедневно.',
    'Подарочная упаковка бесплатно.',
  ]
  const passages = [text, `${text} Правила магазина.`, ...others].map((text, at) => ({
    assistant_id: 1,
    lane: 'doc' as const,
    source_id: at + 1,
    position: 0,
    title: `Документ ${at}`,
    text,
  }))
  await inTransaction(ctx, (ctx) => addPassages(ctx, passages))
  const { outcome, found } = await findPassages(ctx, {
    assistant_id: 1,
    question: 'Когда звонит курьер перед приездом?',
  })
  assert.equal(outcome, 'answer')
  assert.ok(found[0]!.source_id <= 2)
})

const page = (title: string, text: string, at: number) => ({
  assistant_id: 1,
  lane: 'doc' as const,
  source_id: at + 1,
  position: 0,
  title,
  text,
})

eachEngine('a page that does not hold the name that was asked for is no answer', async (ctx) => {
  const pages = [
    'Доставка курьером стоит 300 рублей и занимает два дня.',
    'Оплата картой на сайте.',
    'Возврат товара за 14 дней.',
    'Магазин открыт ежедневно.',
  ]
  await inTransaction(ctx, (ctx) =>
    addPassages(
      ctx,
      pages.map((text, at) => page(`Раздел ${at}`, text, at)),
    ),
  )
  const ask = async (question: string) => (await findPassages(ctx, { assistant_id: 1, question })).outcome
  assert.equal(await ask('Сколько стоит доставка курьером?'), 'answer')
  assert.notEqual(await ask('Сколько стоит доставка курьером в Тулу?'), 'answer')
  assert.notEqual(await ask('Сколько стоит доставка курьером за 24 часа?'), 'answer')
})

eachEngine(
  'a single page answers what it says almost in full: in a tiny base no word is five times as telling as another',
  async (ctx) => {
    await inTransaction(ctx, (ctx) =>
      addPassages(ctx, [page('Возврат', 'Товар можно вернуть в течение четырнадцати дней после покупки.', 0)]),
    )
    const { outcome } = await findPassages(ctx, {
      assistant_id: 1,
      question: 'В течение какого времени можно вернуть товар?',
    })
    assert.equal(outcome, 'answer')
  },
)
