import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Membership, readUpdate, type Said } from '../../src/telegram/receiving/updates.ts'
import { person } from '../helpers/fake-telegram.ts'

const SELF = { bot_id: '77', username: 'Shop_Bot' }
const GROUP = { id: -100_500, type: 'supergroup', title: 'Друзья' }
const PRIVATE = { id: 5, type: 'private' }
const read = (message: Record<string, unknown>) =>
  readUpdate({ message: { message_id: 1, chat: PRIVATE, from: person(5), ...message } }, SELF)
const said = (message: Record<string, unknown>) => read(message) as Said

test('a group means the bot by its name, by a mention of its account, by an answer to it or by a command, and by nothing else', () => {
  const mention = (id: number) => ({ type: 'text_mention', offset: 0, length: 5, user: { id } })
  const cases: [Record<string, unknown>, boolean, string][] = [
    [{ text: 'Лавка, где заказ?', entities: [mention(77)] }, true, ', где заказ?'],
    [{ text: 'Лавка, где заказ?', entities: [mention(78)] }, false, 'Лавка, где заказ?'],
    [{ text: '@shop_bot где?', entities: [{ type: 'mention', offset: 0, length: 9 }] }, true, 'где?'],
    [{ text: '@shop_bot2 где?', entities: [{ type: 'mention', offset: 0, length: 10 }] }, false, '@shop_bot2 где?'],
    [
      {
        caption: 'чек @shop_bot',
        caption_entities: [{ type: 'mention', offset: 4, length: 9 }],
        photo: [{ file_id: 'f' }],
      },
      true,
      'чек',
    ],
    [{ text: 'да', reply_to_message: { message_id: 3, from: { id: 77 } } }, true, 'да'],
    [{ text: 'да', reply_to_message: { message_id: 3, from: { id: 78 } } }, false, 'да'],
    [{ text: '/help@SHOP_BOT' }, true, '/help@SHOP_BOT'],
    [{ text: '/help@other_bot' }, false, '/help@other_bot'],
  ]
  for (const [message, is_addressed, text] of cases) {
    const heard = said({ chat: GROUP, ...message })
    assert.deepEqual([heard.is_addressed, heard.text], [is_addressed, text], JSON.stringify(message))
  }
})

test('a command of any case is known with what stands behind it; one for another bot is none', () => {
  assert.deepEqual(said({ text: '/START  abc def ' }).command, { name: 'start', rest: 'abc def' })
  assert.equal(said({ text: '/start@other_bot abc' }).command, undefined)
})

test('a mention that begins inside a letter leaves no half of it behind', () => {
  assert.ok(
    said({
      text: '😀ab',
      entities: [{ type: 'text_mention', offset: 1, length: 1, user: { id: 77 } }],
    }).text.isWellFormed(),
  )
})

test('bots, nameless senders and what is no message are passed over, a channel is set aside', () => {
  assert.equal(read({ text: 'Я бот', from: person(9, { is_bot: true }) }).kind, 'nothing')
  assert.equal(read({ text: 'Кто я?', from: undefined }).kind, 'nothing')
  assert.equal(read({ new_chat_title: 'Новое имя' }).kind, 'nothing')
  assert.equal(read({ text: 'Пост', chat: { id: -5, type: 'channel' } }).kind, 'broken')
})

test('the language of a person is known from the phone, and not guessed without it', () => {
  const languages = ['ru', 'RU-ru', 'kk', 'en', 'de-AT', undefined]
  assert.deepEqual(
    languages.map((language_code) => said({ text: 'x', from: person(5, { language_code }) }).from.locale),
    ['ru', 'ru', 'ru', 'en', 'en', undefined],
  )
})

test('the bot is in a chat unless it left, was thrown out, or is restricted from outside', () => {
  const membership = (new_chat_member: Record<string, unknown>) =>
    (readUpdate({ my_chat_member: { chat: GROUP, from: person(5), new_chat_member } }, SELF) as Membership).is_there
  for (const [member, is_there] of [
    [{ status: 'member' }, true],
    [{ status: 'administrator' }, true],
    [{ status: 'restricted', is_member: true }, true],
    [{ status: 'restricted', is_member: false }, false],
    [{ status: 'left' }, false],
    [{ status: 'kicked' }, false],
  ] as const)
    assert.equal(membership(member), is_there, JSON.stringify(member))
})
