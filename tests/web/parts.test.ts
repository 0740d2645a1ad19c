import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../../src/web/widget/shared/contract.ts'
import { count } from '../../src/web/widget/shared/language.ts'
import { parseBlocks, parseSpans, toPlainText } from '../../src/web/widget/shared/markdown.ts'
import { type Frame, readFrames } from '../../src/web/widget/talk/frames.ts'
import {
  addOutgoing,
  applyDelta,
  emptyConversation,
  markOutgoing,
  mergeMessages,
  takeHistory,
} from '../../src/web/widget/talk/state.ts'

const outgoing = { client_message_id: 'c1', text: 'Вопрос', created_at: 1 }

function stored(message: Partial<Message> & { id: number }): Message {
  return {
    sender: 'assistant',
    text: `m${message.id}`,
    created_at: 0,
    client_message_id: null,
    reply_to: null,
    sources: [],
    ...message,
  }
}

test('Markdown becomes paragraphs, lists with their first number, headings and fenced code', () => {
  const blocks = parseBlocks(
    '# Цены\nОдин\nдва\n\n3. три\n4) четыре\n   ещё\n- пять\n```js\nlet a\n\nlet b\n```\n---\nконец',
  )
  assert.deepEqual(blocks, [
    { kind: 'heading', text: 'Цены' },
    { kind: 'paragraph', text: 'Один\nдва' },
    { kind: 'list', start: 3, items: ['три', 'четыре\nещё'] },
    { kind: 'list', start: undefined, items: ['пять'] },
    { kind: 'code', text: 'let a\n\nlet b' },
    { kind: 'paragraph', text: 'конец' },
  ])
})

test('spans are bold, italic, code, citations and links; a bare address loses the punctuation after it', () => {
  assert.deepEqual(parseSpans('**да** `x` [2] 5 * 3 * 2 *ох*'), [
    { kind: 'bold', spans: [{ kind: 'text', text: 'да' }] },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'x' },
    { kind: 'cite', n: 2 },
    { kind: 'text', text: ' 5 * 3 * 2 ' },
    { kind: 'italic', spans: [{ kind: 'text', text: 'ох' }] },
  ])
  assert.deepEqual(parseSpans('см. https://a.example/б?x=1. Или a@b.example'), [
    { kind: 'text', text: 'см. ' },
    { kind: 'link', href: 'https://a.example/%D0%B1?x=1', text: 'https://a.example/б?x=1' },
    { kind: 'text', text: '. Или ' },
    { kind: 'link', href: 'mailto:a@b.example', text: 'a@b.example' },
  ])
  assert.deepEqual(parseSpans('[x](javascript:alert)'), [{ kind: 'text', text: '[x](javascript:alert)' }])
  assert.equal(toPlainText('**Да** [1], [сайт](https://a.example).'), 'Да, сайт.')
})

test('a Russian number takes the form of its noun', () => {
  const forms = ['сообщение', 'сообщения', 'сообщений']
  const words = [1, 2, 5, 11, 21, 24].map((number) => count('ru', number, forms))
  assert.deepEqual(words, ['1 сообщение', '2 сообщения', '5 сообщений', '11 сообщений', '21 сообщение', '24 сообщения'])
  assert.equal(count('en', 2, ['message', 'messages']), '2 messages')
})

test('a stored message takes the place of its optimistic bubble, whichever way it comes first', () => {
  const sending = addOutgoing(emptyConversation, outgoing, 'sending')
  const question = stored({ id: 7, sender: 'user', client_message_id: 'c1', text: 'Вопрос' })
  const once = mergeMessages(sending, [question])
  assert.deepEqual(mergeMessages(once, [question]).entries, once.entries)
  assert.deepEqual(
    once.entries.map(({ key, status }) => [key, status]),
    [['c1', 'sent']],
  )
  assert.deepEqual(markOutgoing(once, 'c1', { status: 'failed' }).entries, once.entries)
  assert.equal(addOutgoing(once, outgoing, 'failed'), once)
})

test('messages are ordered by id and what is unsent stays below; what is no message is left out', () => {
  const talk = mergeMessages(addOutgoing(emptyConversation, outgoing, 'failed'), [
    stored({ id: 9 }),
    null as unknown as Message,
    stored({ id: 3 }),
  ])
  assert.deepEqual(
    talk.entries.map(({ key }) => key),
    ['m3', 'm9', 'c1'],
  )
})

test('a piece that does not fit the end of the draft is ignored, offset 0 begins anew, the answer ends it', () => {
  const begun = applyDelta(emptyConversation, { reply_to: 1, offset: 0, text: 'Аб' })
  assert.equal(applyDelta(begun, { reply_to: 1, offset: 3, text: 'г' }), begun)
  assert.equal(applyDelta(begun, { reply_to: 2, offset: 2, text: 'г' }), begun)
  assert.equal(applyDelta(begun, { reply_to: 1, offset: 2, text: 'в' }).draft?.text, 'Абв')
  assert.equal(applyDelta(begun, { reply_to: 1, offset: 0, text: 'Я' }).draft?.text, 'Я')
  const answered = mergeMessages(begun, [stored({ id: 2, reply_to: 1 })])
  assert.equal(answered.draft, undefined)
  assert.equal(applyDelta(answered, { reply_to: 1, offset: 0, text: 'поздно' }), answered)
})

test('history that does not reach back to what is shown replaces it, so that no hole is shown', () => {
  const page = (messages: Message[], has_more: boolean) => ({ messages, has_more, last_event_id: 5 })
  const shown = takeHistory(emptyConversation, page([stored({ id: 1 }), stored({ id: 2 })], false))
  const joined = takeHistory(shown, page([stored({ id: 2 }), stored({ id: 3 })], true))
  assert.deepEqual(
    joined.entries.map(({ key }) => key),
    ['m1', 'm2', 'm3'],
  )
  const jumped = takeHistory(shown, page([stored({ id: 80 })], true))
  assert.deepEqual(
    jumped.entries.map(({ key }) => key),
    ['m80'],
  )
  assert.equal(jumped.has_more, true)
})

test('frames are read alike however the bytes are cut and lines are ended', async () => {
  const text = ': привет\n\nid: 7\ndata: {"a":\ndata: 1}\n\ndata: __ping__\n\nid\ndata:без пробела\n\n'
  const wanted = [
    { id: undefined, data: '' },
    { id: '7', data: '{"a":\n1}' },
    { id: undefined, data: '__ping__' },
    { id: '', data: 'без пробела' },
  ]
  for (const end of ['\n', '\r\n', '\r']) {
    const bytes = new TextEncoder().encode(text.replaceAll('\n', end))
    for (const size of [1, 2, 3, 1000]) {
      const frames: Frame[] = []
      const body = new ReadableStream({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size))
          controller.enqueue(new TextEncoder().encode(`: конец${end}`))
          controller.close()
        },
      })
      await readFrames(body, { onLife: () => {}, onFrame: (frame) => frames.push(frame) })
      assert.deepEqual(frames, wanted, `${JSON.stringify(end)} cut by ${size}`)
    }
  }
})

test('a frame that never ends is given up instead of filling the memory', async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('a'.repeat(300_000))),
  })
  await assert.rejects(readFrames(body, { onLife: () => {}, onFrame: () => {} }), /too long/)
})
