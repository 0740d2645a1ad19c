import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { detectFormat } from '../../src/parsing/formats.ts'
import { REASONS } from '../../src/parsing/reasons.ts'
import { fixture, makeZip, temporaryFolder } from './documents.ts'

describe('what a file is', () => {
  const wrongName = 'photo.png'
  for (const [file, format] of [
    ['shop-ru.pdf', 'pdf'],
    ['locked.pdf', 'pdf'],
    ['shop-ru.docx', 'docx'],
    ['price-ru.xlsx', 'xlsx'],
    ['shop-ru-1251.html', 'html'],
    ['hours-utf-16.txt', 'txt'],
    ['hours-koi8-r.txt', 'txt'],
    ['shop-en.doc', null],
  ] as const)
    it(`is told by its content: ${file} under a wrong name is ${format}`, async () => {
      assert.equal(await detectFormat(fixture(file), wrongName), format)
    })

  it('is told by the name only among kinds of plain text', async () => {
    assert.equal(await detectFormat(fixture('shop-en.md'), 'a.MD'), 'md')
    assert.equal(await detectFormat(fixture('price-ru-1251.csv'), 'a.csv'), 'csv')
    assert.equal(await detectFormat(fixture('price-ru-1251.csv'), 'a'), 'txt')
    assert.equal(await detectFormat(fixture('shop-ru.html'), 'a.csv'), 'html')
    assert.equal(await detectFormat(fixture('hours-utf-8.txt'), 'a.pdf'), 'txt')
  })

  it('is none of ours when it is a picture, a program, RTF, PostScript, SVG, an archive or nothing, whatever its name', async (t) => {
    const folder = await temporaryFolder(t)
    const strangers = {
      png: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      elf: Buffer.from('7f454c4602010100', 'hex'),
      rtf: '{\\rtf1 hello}',
      ps: '%!PS-Adobe-3.0\nshowpage',
      svg: '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
      zip: makeZip([{ name: 'readme.txt', data: 'hello' }]),
      nothing: '',
      blank: ' \n\t ',
    }
    for (const [kind, bytes] of Object.entries(strangers)) {
      const file = join(folder, kind)
      await writeFile(file, bytes)
      for (const name of ['a.pdf', 'a.docx', 'a.txt']) assert.equal(await detectFormat(file, name), null, kind)
    }
  })

  it('is told at once even when a page begins with thousands of comments', async (t) => {
    const file = join(await temporaryFolder(t), 'a')
    await writeFile(file, `${'<!---->'.repeat(1100)}x`)
    const started = performance.now()
    assert.equal(await detectFormat(file, 'a.txt'), 'txt')
    assert.ok(performance.now() - started < 100)
  })

  it('is an accident when it is not there', async () => {
    await assert.rejects(detectFormat('/nowhere/file', 'a.txt'), { code: 'ENOENT' })
  })
})

describe('the reasons of a failure', () => {
  it('each have one sentence or more in Russian and in English', () => {
    for (const [reason, { ru, en }] of Object.entries(REASONS)) {
      assert.match(ru, /^[А-ЯЁ][^\n]*\.$/, reason)
      assert.match(en, /^[A-Z][^\n]*\.$/, reason)
    }
  })
})
