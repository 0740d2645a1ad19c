import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseExact } from '../../src/lib/json.ts'
import { inNetworks } from '../../src/outside/bank/networks.ts'
import { tbankToken } from '../../src/outside/bank/tbank.ts'
import { signed } from '../helpers/fake-tbank.ts'

const GIFT = { TerminalKey: 'MerchantTerminalKey', Amount: 19200, Description: 'Подарочная карта на 1000 рублей' }
const NESTED = { DATA: { Email: 'a@test.com' }, Receipt: { Items: [{ Price: 1 }] } }
const V5 = { TerminalKey: 'TinkoffBankTest', Amount: 1000, OrderId: '15', Description: 'test' }
const { Description: _, ...V6 } = V5
const V2 = {
  ...{ TerminalKey: '1321054611234DEMO', OrderId: '201709', Success: true, Status: 'AUTHORIZED', PaymentId: 8742591 },
  ...{ ErrorCode: '0', Amount: 9855, CardId: 322264, Pan: '430000******0777', ExpDate: '1122', RebillId: 101709 },
}
const V4 = {
  ...{ TerminalKey: '1234567890DEMO', OrderId: '000000', Success: true, Status: 'AUTHORIZED', PaymentId: '0000000' },
  ...{ ErrorCode: '0', Amount: 1111, CardId: '000000', Pan: '200000******0000', ExpDate: '1111', RebillId: '000000' },
}
const V7 = {
  ...{ TerminalKey: 'TestDemo', OrderId: '2024091123', Success: true, Status: 'CONFIRMED', PaymentId: '987654321' },
  ...{ ErrorCode: '0', Amount: 100000, Pan: '430000******0777' },
}
const V8 = { TerminalKey: 'TestDemo', PaymentId: '987654321' }
const VECTORS: [name: string, fields: Record<string, unknown>, password: string, token: string][] = [
  [
    'V1',
    { ...GIFT, OrderId: '21090', ...NESTED },
    'usaf8fw8fsw21g',
    '0024a00af7c350a3a67ca168ce06502aa72772456662e38696d48b56ee9c97d9',
  ],
  ['V2', V2, 'Dfsfh56dgKl', 'b906d28e76c6428e37b25fcf86c0adc52c63d503013fdd632e300593d165766b'],
  [
    'V2 with Data',
    { ...V2, Data: { Route: 'ACQ' } },
    'Dfsfh56dgKl',
    'b906d28e76c6428e37b25fcf86c0adc52c63d503013fdd632e300593d165766b',
  ],
  [
    'V3',
    { ...GIFT, OrderId: '00000' },
    '11111111111111',
    '72dd466f8ace0a37a1f740ce5fb78101712bc0665d91a8108c7c8a0ccd426db2',
  ],
  ['V4', V4, '11111111111', '1c0964277d0213349243065a0d5b838b8e90d2d25f740d0f2767836e710e80c8'],
  ['V5', V5, 'TinkoffBankTest', '8ee842bfe2499994d703f7e710275fc7eda03f7a661442bea9991e2b523c0fb7'],
  ['V6', V6, 'TinkoffBankTest', '5e71b996239804bff41d01d727e90f83059b07ff46b78c45a63f16ae88a56ec6'],
  ['V7', V7, 'TestPassword', '748f0f61aeff53e1b917d52957435f9fee9c5c8b0df506ba463fda6fac38dc34'],
  ['V8', V8, 'TestPassword', '2b6925275641ee7c5b5d5e9ce7269bc6b13d4c2ca211ad25cd6c9e285a96cbf8'],
  ['V9', { ...V8, Amount: 50000 }, 'TestPassword', '21f03740ef2d2957ee9d2e71a813757567d649b3ba0b53a5201a68f5b71859f0'],
]

test('the signature is the published one for every known example, and nulls and an old Token do not count', () => {
  for (const [name, fields, password, token] of VECTORS) {
    assert.equal(tbankToken(fields, password), token, name)
    assert.equal(tbankToken({ ...fields, Token: 'old', Nothing: null, Absent: undefined }, password), token, name)
  }
})

test('the signature agrees with an independent library on a thousand notices of any flat content', () => {
  const name = fc.stringMatching(/^[A-Z][A-Za-z]{0,12}$/).filter((key) => !/^(Token|Receipt|DATA|Password)$/.test(key))
  const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean())
  fc.assert(
    fc.property(fc.dictionary(name, value), fc.string({ minLength: 1 }), (fields, password) => {
      assert.equal(tbankToken(fields, password), signed(fields, password).Token)
    }),
    { numRuns: 1000 },
  )
})

test('numbers of a notice keep every digit they were printed with', () => {
  assert.deepEqual(parseExact('{"PaymentId":9007199254740993001,"Amount":10.50,"Success":true,"Data":{"N":1e3}}'), {
    PaymentId: '9007199254740993001',
    Amount: '10.50',
    Success: true,
    Data: { N: '1e3' },
  })
})

test('an address is in a network or not, also as IPv4 within IPv6, and nonsense is nowhere', () => {
  const networks = ['91.194.226.0/23', '10.1.2.3', '2001:db8::/32']
  for (const inside of ['91.194.227.255', '10.1.2.3', '2001:db8::5', '::ffff:91.194.226.1'])
    assert.ok(inNetworks(inside, networks), inside)
  for (const outside of ['91.194.228.0', '10.1.2.4', '::1', '', 'unknown', '91.194.226.1, 1.1.1.1'])
    assert.ok(!inNetworks(outside, networks), outside)
})
