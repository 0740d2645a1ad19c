import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { constants, deflateRawSync, deflateSync } from 'node:zlib'
import type { Parsing } from '../../src/parsing/parse.ts'
import type { Reason } from '../../src/parsing/reasons.ts'
import {
  docxParts,
  fixture,
  makePdf,
  makeZip,
  type Outcome,
  pageOf,
  paragraph,
  readBytes,
  readDocument,
  temporaryFolder,
  xlsxParts,
} from './documents.ts'

const MB = 1024 * 1024

type Case = { name: string; bytes: Buffer | string; caps?: Parsing['caps'] }

// The loop of the main process must stay free whatever is uploaded, and the next document must be read as if nothing had been.
async function readHostile(t: TestContext, hostile: Case): Promise<Outcome> {
  const outcome = await readBytes(t, hostile)
  assert.ok(outcome.held_ms < 50, `the event loop was held for ${outcome.held_ms} ms`)
  assert.ok(outcome.ms < 61_000)
  const next = await readDocument({ file: fixture('hours-utf-8.txt'), name: 'a.txt' })
  assert.equal(next.chunks.length, 2)
  return outcome
}

async function assertFails(t: TestContext, hostile: Case, ...reasons: Reason[]): Promise<void> {
  const { reason, cause } = await readHostile(t, hostile)
  assert.ok(reason && reasons.includes(reason), `${reason}: ${cause}`)
}

describe('a file that is nothing to read', () => {
  for (const [title, name, bytes, reason] of [
    ['without a byte', 'a.pdf', '', 'empty'],
    ['of white space', 'a.txt', ' \n \t\n', 'empty'],
    ['a Word document without a word', 'a.docx', makeZip(docxParts('<w:p/>')), 'empty'],
    ['a PDF without text, as scanners make them', 'a.pdf', makePdf(['0 0 600 800 re f']), 'no_text'],
    ['a picture called PDF', 'a.pdf', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'wrong_format'],
    ['an archive called DOCX', 'a.docx', makeZip([{ name: 'a.txt', data: 'text' }]), 'wrong_format'],
    ['Russian in the wrong table', 'a.txt', 'Äîñòàâêà çàêàçîâ ïî âñåé ñòðàíå çà äâà äíÿ', 'unreadable_text'],
    [
      'a PDF in the wrong table',
      'a.pdf',
      makePdf([Buffer.from(pageOf([[12, 'Äîñòàâêà çàêàçîâ ïî âñåé ñòðàíå']]), 'latin1')]),
      'unreadable_text',
    ],
  ] as const)
    it(`${title}, is told so`, async (t) => assertFails(t, { name, bytes }, reason))
})

describe('a damaged file', () => {
  for (const name of ['shop-ru.pdf', 'shop-ru.docx', 'price-ru.xlsx'])
    for (const share of [0.1, 0.5, 0.95])
      it(`is refused, not half read: ${name} cut at ${share * 100} %`, async (t) => {
        const bytes = await readFile(fixture(name))
        await assertFails(t, { name, bytes: bytes.subarray(0, bytes.length * share) }, 'damaged')
      })

  it('with broken XML inside is refused', async (t) => {
    const [types, relations] = docxParts('')
    const document = { name: 'word/document.xml', data: '<w:document><w:body><w:p' }
    await assertFails(t, { name: 'a.docx', bytes: makeZip([types!, relations!, document]) }, 'damaged')
  })

  it('of random bytes behind any mark never does more than fail', async (t) => {
    for (const mark of ['%PDF-1.7\n', 'PK\u0003\u0004', '<html><body>']) {
      const noise = Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * 7919 + (at >> 3) * 31) % 256))
      const { reason } = await readHostile(t, {
        name: 'a',
        bytes: Buffer.concat([Buffer.from(mark), noise, Buffer.from('%%EOF')]),
      })
      assert.ok(reason === 'damaged' || reason === 'wrong_format', `${mark} ${reason}`)
    }
  })
})

describe('a locked file', () => {
  it('asks for its password to be taken off: PDF', async (t) =>
    assertFails(t, { name: 'a.pdf', bytes: await readFile(fixture('locked.pdf')) }, 'password_protected'))

  it('asks for its password to be taken off: Office', async (t) => {
    const container = Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(4096),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ])
    await assertFails(t, { name: 'a.docx', bytes: container }, 'password_protected')
  })

  it('asks for its password to be taken off: encrypted archive', async (t) => {
    const parts = docxParts(paragraph('text')).map((part) => ({ ...part, flags: 1 }))
    await assertFails(t, { name: 'a.docx', bytes: makeZip(parts) }, 'password_protected')
  })

  it('of old Office is told apart from a locked one', async (t) =>
    assertFails(t, { name: 'a.doc', bytes: await readFile(fixture('shop-en.doc')) }, 'old_office'))
})

describe('an archive that unpacks without end', () => {
  it('is refused by its ratio', async (t) => {
    const bytes = makeZip([...docxParts(paragraph('text')), { name: 'word/bomb.xml', data: Buffer.alloc(80 * MB) }])
    await assertFails(t, { name: 'a.docx', bytes }, 'too_large_unpacked')
  })

  it('is refused by its size in total, pictures too', async (t) => {
    const picture = { data: Buffer.from('x'), declared: 1 * MB }
    const pictures = Array.from({ length: 101 }, (_, at) => ({ ...picture, name: `word/media/${at}.png` }))
    await assertFails(
      t,
      { name: 'a.docx', bytes: makeZip([...docxParts(paragraph('text')), ...pictures]) },
      'too_large_unpacked',
    )
  })

  it('is refused by the number of its entries', async (t) => {
    const crowd = Array.from({ length: 3000 }, (_, at) => ({ name: `word/${at}.xml`, data: '' }))
    await assertFails(
      t,
      { name: 'a.docx', bytes: makeZip([...docxParts(paragraph('text')), ...crowd]) },
      'too_large_unpacked',
    )
  })

  it('is stopped when it declares less than it unpacks to', async (t) => {
    const liar = { name: 'word/styles.xml', data: Buffer.alloc(80 * MB, 'a'), declared: 1000 }
    await assertFails(t, { name: 'a.docx', bytes: makeZip([...docxParts(paragraph('text')), liar]) }, 'damaged')
  })

  it('does no harm as an archive inside a document, which is never opened', async (t) => {
    const bomb = makeZip([{ name: 'bomb', data: Buffer.alloc(80 * MB) }])
    const { text } = await readHostile(t, {
      name: 'a.docx',
      bytes: makeZip([...docxParts(paragraph('Привет')), { name: 'word/embeddings/a.zip', data: bomb }]),
    })
    assert.match(text, /Привет/)
  })

  it('as a sheet whose last cell is in the farthest corner doesn’t fill memory', async (t) => {
    const bytes = makeZip(
      xlsxParts('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'),
    )
    const { reason, cause } = await readHostile(t, { name: 'a.xlsx', bytes })
    assert.ok(reason === 'out_of_memory' || reason === 'damaged' || reason === undefined, `${reason} ${cause}`)
  })
})

describe('a PDF made to exhaust', () => {
  it('with a stream that unpacks to ten gigabytes is stopped', async (t) => {
    const bytes = makePdf([deflateSync(tenGigabytes())], { filter: '[/FlateDecode /FlateDecode]' })
    assert.ok(bytes.length < MB)
    await assertFails(t, { name: 'a.pdf', bytes }, 'out_of_memory', 'timed_out')
  })

  it('with a hundred thousand pages is refused', async (t) => {
    const bytes = makePdf([pageOf([[12, 'text']])], { kids: '4 0 R '.repeat(100_000) })
    await assertFails(t, { name: 'a.pdf', bytes }, 'too_many_pages')
  })

  it('with a tree of pages that contains itself ends', async (t) => {
    const bytes = makePdf([pageOf([[12, 'text']])], { kids: '2 0 R 2 0 R' })
    await assertFails(t, { name: 'a.pdf', bytes }, 'damaged', 'no_text', 'timed_out')
  })
})

describe('a document that looks outside', () => {
  it('by DOCTYPE and ENTITY is refused, in any encoding', async (t) => {
    const { canary, url, visits } = await canaries(t)
    for (const prolog of [
      `<!DOCTYPE d [<!ENTITY x SYSTEM "file://${canary}">]>`,
      `<!DOCTYPE d [<!ENTITY x SYSTEM "${url}">]>`,
      `<!DOCTYPE d SYSTEM "${url}">`,
      `<!DOCTYPE d [<!ENTITY % x SYSTEM "${url}"> %x;]>`,
      `<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY x "${'&a;'.repeat(1000)}">]>`,
    ]) {
      const parts = docxParts(paragraph('&x;'), prolog)
      await assertFails(t, { name: 'a.docx', bytes: makeZip(parts) }, 'forbidden_content')
      const [types, relations, document] = parts
      const wide = { name: document!.name, data: Buffer.from(`\ufeff${document!.data}`, 'utf16le') }
      await assertFails(t, { name: 'a.docx', bytes: makeZip([types!, relations!, wide]) }, 'forbidden_content')
    }
    assert.equal(visits(), 0)
  })

  it('by pictures, templates, inclusions and links gets nothing from files or the network', async (t) => {
    const { canary, url, visits } = await canaries(t)
    const image = (id: string) =>
      `<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:link="${id}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`
    const relation = (id: string, target: string) =>
      `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="${target}" TargetMode="External"/>`
    const relations = {
      name: 'word/_rels/document.xml.rels',
      data: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relation('p1', `file://${canary}`)}${relation('p2', url)}</Relationships>`,
    }
    const include = `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://${canary}" parse="text"/>`
    const docx = makeZip([...docxParts(paragraph('Привет') + image('p1') + image('p2') + include), relations])
    const html = `<html><head><link rel=stylesheet href="${url}"><base href="${url}"></head><body><p>Привет</p><img src="${url}"><iframe src="file://${canary}"></iframe><object data="${url}"></object><script src="${url}"></script></body></html>`
    const md = `Привет ![a](${url}) <img src="${url}"> [b](file://${canary})`
    for (const [name, bytes] of Object.entries({ 'a.docx': docx, 'a.html': html, 'a.md': md })) {
      const { text, reason } = await readHostile(t, { name, bytes })
      assert.match(text, /Привет/, `${name} ${reason}`)
      assert.doesNotMatch(text, /canary-of-files/)
    }
    assert.equal(visits(), 0)
  })

  it('by names that lead out of an archive is refused, and nothing is written', async (t) => {
    const folder = await temporaryFolder(t)
    for (const name of [
      '../../escaped.xml',
      '/tmp/escaped.xml',
      'word/../../../escaped.xml',
      '..\\escaped.xml',
      'C:\\escaped.xml',
    ]) {
      const file = join(folder, 'upload')
      await writeFile(file, makeZip([...docxParts(paragraph('text')), { name, data: '<a/>' }]))
      const { reason } = await readDocument({ file, name: 'a.docx' })
      assert.ok(reason === 'damaged' || reason === undefined, name)
    }
    assert.deepEqual(await readdir(folder), ['upload'])
  })
})

describe('text without end', () => {
  it('of 25 MB is refused, and the main process does not grow by it', async (t) => {
    const bytes = Buffer.from('Заказ можно изменить, пока он не собран. '.repeat(400_000))
    assert.ok(bytes.length > 25 * MB)
    const file = join(await temporaryFolder(t), 'upload')
    await writeFile(file, bytes)
    const before = process.memoryUsage.rss()
    const { reason, held_ms } = await readDocument({ file, name: 'a.txt' })
    assert.equal(reason, 'too_much_text')
    assert.ok(held_ms < 50)
    assert.ok(process.memoryUsage.rss() - before < 50 * MB)
  })

  it('larger than a file may be is not even opened', async (t) =>
    assertFails(t, { name: 'a.txt', bytes: 'слово '.repeat(1000), caps: { file_bytes: 1000 } }, 'too_large'))

  it('in more chunks than a document may have is refused', async (t) =>
    assertFails(t, { name: 'a.txt', bytes: 'Заказ готов. '.repeat(10_000), caps: { chunks: 100 } }, 'too_much_text'))

  for (const [title, name, text] of [
    ['nested tags', 'a.html', `<html>${'<div>'.repeat(200_000)}x`],
    ['unclosed tables', 'a.html', `<html>${'<table><tr><td>'.repeat(20_000)}x`],
    ['unclosed formatting', 'a.html', `<html>${'<b><p>'.repeat(20_000)}x`],
    ['nested quotes', 'a.md', `${'>'.repeat(50_000)} x`],
    ['open brackets', 'a.md', '['.repeat(100_000)],
    ['emphasis', 'a.md', '*a_ '.repeat(50_000)],
    ['empty columns', 'a.csv', `${',;\t'.repeat(1_000_000)}\n`],
    ['one word', 'a.txt', 'а'.repeat(4 * MB)],
    ['stops', 'a.txt', '.'.repeat(4 * MB)],
    ['stops and marks', 'a.txt', '.!?'.repeat(500_000)],
    ['bullets', 'a.txt', '- \n'.repeat(1_000_000)],
  ] as const)
    it(`of ${title} ends in time, read or refused`, async (t) => {
      const { reason, chunks } = await readHostile(t, { name, bytes: text, caps: { wall_ms: 4_000 } })
      assert.ok(reason ? reason !== 'crashed' : chunks.length > 0, reason)
      t.diagnostic(`${reason ?? chunks.length}`)
    })

  it('of nested XML ends in time', async (t) => {
    const body = `${'<w:sdt><w:sdtContent>'.repeat(50_000)}${paragraph('x')}${'</w:sdtContent></w:sdt>'.repeat(50_000)}`
    await assertFails(t, { name: 'a.docx', bytes: makeZip(docxParts(body)) }, 'damaged', 'too_large_unpacked')
  })
})

// Blocks of deflate that end on a byte may be repeated as they are: ten thousand times the same megabyte of spaces.
function tenGigabytes(): Buffer {
  const block = deflateRawSync(Buffer.alloc(MB, ' '), { finishFlush: constants.Z_FULL_FLUSH })
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...Array<Buffer>(10_000).fill(block), Buffer.from([0x03, 0x00])])
}

// A file and an address that only a document gone astray would ask for.
async function canaries(t: TestContext): Promise<{ canary: string; url: string; visits(): number }> {
  const canary = join(await temporaryFolder(t), 'canary.txt')
  await writeFile(canary, 'canary-of-files')
  let visits = 0
  const server = createServer((_, response) => response.end('canary-of-net')).on('connection', () => visits++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { canary, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, visits: () => visits }
}
