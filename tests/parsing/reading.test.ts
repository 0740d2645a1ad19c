import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import {
  docxParts,
  fixture,
  makePdf,
  makeZip,
  pageOf,
  paragraph,
  readBytes,
  readDocument,
  xlsxParts,
} from './documents.ts'

const SHOP_TITLES = [
  'Лавка › Чайная лавка «Листок»',
  'Лавка › Чайная лавка «Листок» › Доставка',
  'Лавка › Чайная лавка «Листок» › Доставка › Курьером по городу',
  'Лавка › Чайная лавка «Листок» › Доставка › Стоимость',
  'Лавка › Чайная лавка «Листок» › Возврат',
  'Лавка › Чайная лавка «Листок» › Оплата / Подарочные сертификаты',
]

describe('the same document in any format', () => {
  for (const name of ['shop-ru.html', 'shop-ru-1251.html', 'shop-ru.docx', 'shop-ru.pdf'])
    it(`${name} gives its chapters in order under its path of headings`, async () => {
      const { chunks, reason } = await readDocument({ file: fixture(name), name: name.replace(/^[^.]+/, 'Лавка') })
      assert.equal(reason, undefined)
      assert.deepEqual(
        chunks.map(({ title }) => title),
        SHOP_TITLES,
      )
      assert.match(
        chunks[2]!.text,
        /^Курьер привозит заказ .* звонит\.\nС собой нужно иметь:\n• номер заказа;\n• паспорт/,
      )
      assert.match(chunks[4]!.text, /1\. Напишите на vozvrat@listok\.example номер заказа\.\n2\. Упакуйте/)
    })

  for (const name of ['shop-ru.html', 'shop-ru.docx'])
    it(`${name} gives every row of its table with the names of the columns`, async () => {
      const { text } = await readDocument({ file: fixture(name), name })
      assert.match(text, /\nСпособ: Курьер по Твери; Срок: 1 день; Цена: 250 ₽\nСпособ: Пункт выдачи; /)
    })
})

describe('a page', () => {
  it('is read without its menu, footer and scripts', async () => {
    const { text } = await readDocument({ file: fixture('shop-ru.html'), name: 'shop.html' })
    assert.doesNotMatch(text, /Меню сайта|Главная|политика|скрипт|sans-serif/)
  })

  it('gives nothing that a visitor could not see', async (t) => {
    const page = `<html><body><p>Магазин открыт каждый день с девяти утра.</p><p hidden>секрет1</p><p style="display: none">секрет2</p>
      <p style="font-size:0">секрет3</p><!-- секрет4 --><p aria-hidden="true">секрет5</p><template>секрет6</template></body></html>`
    const { text } = await readBytes(t, { name: 'a.html', bytes: page })
    assert.match(text, /открыт каждый день/)
    assert.doesNotMatch(text, /секрет/)
  })

  it('keeps blocks apart that stand side by side in its source', async (t) => {
    const page = '<html><body><div>Первый</div><div>Второй<br>Третий</div><p>Чет<b>вёр</b>тый</p></body></html>'
    const { chunks } = await readBytes(t, { name: 'a.html', bytes: page })
    assert.equal(chunks[0]?.text, 'Первый\nВторой\nТретий\nЧетвёртый')
  })

  it('gives a cell over several rows to each of them', async (t) => {
    const page = `<html><table><tr><th>Город</th><th>Способ</th><th>Цена</th></tr>
      <tr><td rowspan="2">Тверь</td><td>Курьер</td><td>250</td></tr><tr><td>Пункт</td><td>190</td></tr></table></html>`
    const { chunks } = await readBytes(t, { name: 'a.html', bytes: page })
    assert.equal(chunks[0]?.text, 'Город: Тверь; Способ: Курьер; Цена: 250\nГород: Тверь; Способ: Пункт; Цена: 190')
  })

  it('is named by its title when it has no heading', async (t) => {
    const page = '<html><head><title>Гарантия</title></head><body><p>Два года.</p></body></html>'
    const { chunks } = await readBytes(t, { name: 'a.html', bytes: page })
    assert.equal(chunks[0]?.title, 'a › Гарантия')
  })

  it('keeps a heading that nothing follows as text', async (t) => {
    const page = '<html><body><h2>Телефон: 8 800 000-00-00</h2><h2>Адрес</h2><p>Тверь, Садовая, 14.</p></body></html>'
    const { text } = await readBytes(t, { name: 'a.html', bytes: page })
    assert.match(text, /Телефон: 8 800 000-00-00\nАдрес\nТверь/)
  })
})

describe('a table', () => {
  it('in windows-1251 with semicolons gives rows that read alone, whatever its cells hold', async () => {
    const { chunks } = await readDocument({ file: fixture('price-ru-1251.csv'), name: 'Прайс.csv' })
    const lines = chunks[0]!.text.split('\n')
    assert.equal(chunks[0]!.title, 'Прайс')
    assert.match(lines[0]!, /^Товар: Чай «Утро»; Вес, г: 100; .*; В наличии: да; Описание: Чёрный байховый, крепкий/)
    assert.match(
      lines[2]!,
      /^Товар: Чайник «Пар»; Цена.*: 3 900; В наличии: да; Описание: Стекло, 1,7 л; гарантия 24 месяца$/,
    )
  })

  it('as a workbook gives the same rows', async () => {
    const { chunks } = await readDocument({ file: fixture('price-ru.xlsx'), name: 'Прайс.xlsx' })
    assert.match(chunks[0]!.text, /^Товар: Чай «Утро»; Вес, г: 100; Цена, ₽: 340; В наличии: да;/)
  })

  it('as a workbook is read whatever its cells hold: errors, truths, formulas, dates, gaps', async (t) => {
    const text = (address: string, words: string) => `<c r="${address}" t="inlineStr"><is><t>${words}</t></is></c>`
    const rows = [
      `<row r="2">${text('A2', 'Прайс-лист')}</row>`,
      `<row r="4">${text('A4', 'Товар')}${text('B4', 'Цена')}${text('C4', 'Есть')}${text('D4', 'Скидка')}</row>`,
      `<row r="5">${text('A5', 'Чай')}<c r="B5"><v>0.30000000000000004</v></c><c r="C5" t="b"><v>1</v></c><c r="D5" t="e"><v>#DIV/0!</v></c></row>`,
      `<row r="6">${text('A6', 'Чашка')}<c r="B6"><f>1+1</f><v>2</v></c><c r="D6" t="str"><v>нет</v></c></row>`,
    ]
    const { chunks, cause } = await readBytes(t, { name: 'a.xlsx', bytes: makeZip(xlsxParts(rows.join(''))) })
    assert.match(
      chunks[0]?.text ?? cause,
      /^Прайс-лист\nТовар: Чай; Цена: 0\.3; Есть: да(?:; Скидка: #DIV\/0!)?\nТовар: Чашка; Цена: 2; Скидка: нет$/,
    )
  })

  it('without a header of two columns gives "name: value"', async (t) => {
    const { chunks } = await readBytes(t, {
      name: 'a.csv',
      bytes: 'Телефон,8 800 000-00-00\nПочта,shop@listok.example\n',
    })
    assert.equal(chunks[0]?.text, 'Телефон: 8 800 000-00-00\nПочта: shop@listok.example')
  })

  it('with a row longer than a chunk repeats the row’s subject and the column in every part', async (t) => {
    const answer = Array.from({ length: 60 }, (_, at) => `Это предложение номер ${at} длинного ответа.`).join(' ')
    const { chunks } = await readBytes(t, {
      name: 'a.csv',
      bytes: `Вопрос;Ответ\nКак вернуть?;${answer}\nКогда?;Завтра\n`,
    })
    const lines = chunks.flatMap(({ text }) => text.split('\n'))
    assert.ok(lines.length > 3)
    for (const line of lines.slice(0, -1)) assert.match(line, /^Вопрос: Как вернуть\?; Ответ: Это .*ответа\.$/)
  })

  it('with a quote that never closes is still read', async (t) => {
    const { text } = await readBytes(t, { name: 'a.csv', bytes: 'Товар;Размер\nТруба;"5 дюймов\nКран;7\n' })
    assert.match(text, /Кран; Размер: 7/)
  })
})

describe('a Markdown text', () => {
  it('gives headings, lists, tables and code, without its settings and marks', async () => {
    const { chunks, text } = await readDocument({ file: fixture('shop-en.md'), name: 'shop.md' })
    assert.equal(chunks[1]?.title, 'shop › Kettle & Leaf › Delivery')
    assert.match(text, /you need:\n• the number of the order;\n• a passport/)
    assert.match(text, /• the code from our message:\n• it has six digits;/)
    assert.match(text, /Method: Courier; Time: 1 day; Price: \$4\n/)
    assert.match(text, /original box\.\nTea can't/)
    assert.match(text, /RETURN-2024 <order number>/)
    assert.match(text, /a warranty of 24 months\. .* Keep the receipt: it/)
    assert.doesNotMatch(text, /layout: help|\*\*/)
  })
})

describe('a plain text', () => {
  for (const charset of ['utf-8', 'utf-16', 'cp1251', 'koi8-r', 'cp866'])
    it(`in ${charset} is read as what its author wrote`, async () => {
      const { chunks } = await readDocument({ file: fixture(`hours-${charset}.txt`), name: 'Часы.txt' })
      assert.deepEqual(
        chunks.map(({ title }) => title),
        ['Часы › ЧАСЫ РАБОТЫ', 'Часы › 2. Контакты / ПРАВИЛА'],
      )
      assert.match(chunks[0]!.text, /сайт принимает заказы круглосуточно/)
      assert.match(chunks[1]!.text, /не собран:\n- добавить или убрать товар;\n- сменить адрес;/)
    })

  it('is never cut inside an item of its lists, and what follows a list is no item', async (t) => {
    const items = Array.from(
      { length: 15 },
      (_, at) => `- ${`Пункт ${at} ${'очень '.repeat(20)}`.slice(0, 86)}да. ${'Второе '.repeat(20).slice(0, 86)}да.`,
    )
    const { chunks } = await readBytes(t, {
      name: 'a.txt',
      bytes: `Нужно иметь:\n${items.join('\n')}\nЭто всё, что нужно.\n`,
    })
    assert.ok(chunks.length >= 2)
    for (const { text } of chunks)
      for (const line of text.split('\n'))
        assert.match(line, /^- Пункт .*да\. Второе .*да\.$|^Нужно иметь:$|^Это всё, что нужно\.$/)
    assert.ok(chunks.slice(1).every(({ text }) => text.startsWith('- ')))
  })

  it('is stored without invisible characters, NUL-free, well-formed and composed', async (t) => {
    const bytes = 'До\u00adстав\u200bка \u202eидёт\u202c  два\u00a0дня.\r\nи\u0306од\n'
    const { chunks } = await readBytes(t, { name: 'a.txt', bytes })
    assert.equal(chunks[0]?.text, 'Доставка идёт два дня.\nйод')
  })
})

describe('a Word document', () => {
  it('without styles takes short lines in bold as headings', async (t) => {
    const bold = (text: string) => `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>${text}</w:t></w:r></w:p>`
    const body =
      bold('Доставка') +
      paragraph('Привозим завтра. '.repeat(10)) +
      bold('Возврат') +
      paragraph('Две недели. '.repeat(12))
    const { chunks } = await readBytes(t, { name: 'a.docx', bytes: makeZip(docxParts(body)) })
    assert.deepEqual(
      chunks.map(({ title }) => title),
      ['a › Доставка', 'a › Возврат'],
    )
  })
})

describe('a PDF', () => {
  it('printed by a browser gives its chapters and whole paragraphs', async () => {
    const { chunks } = await readDocument({ file: fixture('shop-en.pdf'), name: 'Help.pdf' })
    assert.deepEqual(
      chunks.map(({ title }) => title),
      [
        'Help › Kettle & Leaf',
        'Help › Kettle & Leaf › Delivery',
        'Help › Kettle & Leaf › Returns',
        'Help › Kettle & Leaf › Warranty',
      ],
    )
    assert.match(
      chunks[3]!.text,
      /^Electric kettles have .* not scale or damage by a fall\. Keep .* refund the price\.$/,
    )
  })

  it('with tags gives the rows of its tables with their columns, and its lists item by item', async () => {
    const { text } = await readDocument({ file: fixture('shop-en.pdf'), name: 'Help.pdf' })
    assert.match(
      text,
      /\nMethod: Courier; Time: 1 day; Price: \$4\nMethod: Pick-up point; Time: 2–4 days; Price: \$3\n/,
    )
    assert.match(
      text,
      /To return an item:\n• write to returns@kettle\.example;\n• pack the item with its receipt;\n• leave/,
    )
  })

  it('without tags gives a table whose columns stand apart by their places', async (t) => {
    const cell = (x: number, y: number, words: string) => `1 0 0 1 ${x} ${y} Tm (${words}) Tj`
    const rows = [
      ['Item', 'Weight', 'Price'],
      ['Green tea', '100 g', '$3'],
      ['Black tea', '75 g', '$4'],
    ]
    const drawn = rows.flatMap((row, line) =>
      row.map((words, column) => cell(50 + column * 150, 700 - line * 16, words)),
    )
    const { chunks } = await readBytes(t, { name: 'a.pdf', bytes: makePdf([`BT /F1 12 Tf ${drawn.join('\n')} ET`]) })
    assert.equal(chunks[0]?.text, 'Item: Green tea; Weight: 100 g; Price: $3\nItem: Black tea; Weight: 75 g; Price: $4')
  })

  it('without headings is cut by pages, and running heads and feet are left out', async (t) => {
    const words = ['tea', 'cups', 'kettles', 'spoons']
    const pages = words.map((word, at) =>
      pageOf([
        [12, 'Kettle and Leaf, help'],
        [12, `Everything about ${word} that a customer may want to know before an order is paid for,`],
        [12, `and what happens with ${word} later on, in a paragraph of more than one line.`],
        [12, `page ${at + 1}`],
      ]),
    )
    const { chunks } = await readBytes(t, { name: 'a.pdf', bytes: makePdf(pages) })
    assert.deepEqual(
      chunks.map(({ title }) => title),
      ['a › p. 1', 'a › p. 2', 'a › p. 3', 'a › p. 4'],
    )
    assert.match(chunks[1]!.text, /^Everything about cups .* is paid for, and what .* one line\.$/)
  })

  it('puts words together that a line’s end divides, but not those with a hyphen of their own', async (t) => {
    const page = pageOf([
      [12, 'Every parcel gets a track-'],
      [12, 'ing number, and every well-'],
      [12, 'known carrier shows it on-'],
      [12, 'line.'],
    ])
    const { chunks } = await readBytes(t, { name: 'a.pdf', bytes: makePdf([page]) })
    assert.equal(chunks[0]?.text, 'Every parcel gets a tracking number, and every well-known carrier shows it online.')
  })
})

describe('the name of a document', () => {
  it('is kept in any letters, without its ending, and leads every title', async () => {
    const { chunks } = await readDocument({ file: fixture('hours-utf-8.txt'), name: 'Часы работы — склад №2 🫖.txt' })
    assert.match(chunks[0]!.title, /^Часы работы — склад №2 🫖 › /)
  })

  it('is only a name: neither a path, nor an option, nor endless', async (t) => {
    const bytes = await readFile(fixture('hours-utf-8.txt'))
    const hostile = await readBytes(t, { name: '../../etc/passwd\n--allow-fs-read=*.txt', bytes })
    assert.match(hostile.chunks[0]!.title, /^\.\.\/\.\.\/etc\/passwd --allow-fs-read=\* › ЧАСЫ/)
    const endless = await readBytes(t, { name: `${'я'.repeat(5000)}.txt`, bytes })
    assert.ok(endless.chunks.every(({ title }) => title.length <= 400))
  })
})
