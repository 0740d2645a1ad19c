import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readings } from '../../src/words/layouts.ts'

test('the text itself is always the first reading', () => {
  for (const text of ['Привет', 'Hello', 'как vpn', '', '123']) assert.equal(readings(text)[0], text)
})

test('Russian typed on a Latin layout is read back, letters on punctuation keys included', () => {
  assert.ok(readings('rfr elfkbnm frrfeyn?').includes('как удалить аккаунт?'))
  assert.ok(readings('{jxe ,jkmit').includes('хочу больше'))
})

test('Russian in Latin letters is read back, longest letters first', () => {
  assert.ok(readings('kak udalit akkaunt').includes('как удалит аккаунт'))
  assert.ok(readings("borshch, borsch, moy dom i vy, zhal'").includes('борщ, борщ, мой дом и вы, жаль'))
})

test('English typed on a Russian layout is read back', () => {
  assert.ok(readings('руддщ цщкдв').includes('hello world'))
})

test('a text that mixes alphabets, or has no letters, has no other reading', () => {
  assert.deepEqual(readings('как настроить vpn'), ['как настроить vpn'])
  assert.deepEqual(readings('12:30?'), ['12:30?'])
})
