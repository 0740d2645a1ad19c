import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LaneNumbers, readQuestion } from '../../src/retrieval/query.ts'
import { type Candidate, groupByAnswer, scoreCandidates } from '../../src/retrieval/score.ts'
import { stemsOf } from '../../src/words/stems.ts'

const lane = (name: 'qa' | 'doc', frequency: Record<string, number> = {}): LaneNumbers => ({
  lane: name,
  passages: 100,
  title_words: 500,
  text_words: 1500,
  frequency: new Map(Object.entries(frequency)),
})
const qa = lane('qa')
const doc = lane('doc')
const candidate = (passage_id: number, title: string, text = '', more: Partial<Candidate> = {}): Candidate => ({
  passage_id,
  source_id: passage_id,
  title,
  title_stems: stemsOf(title),
  text_stems: stemsOf(text),
  cosine: null,
  ...more,
})
const score = (question: string, numbers: LaneNumbers, candidates: Candidate[]) =>
  scoreCandidates(readQuestion(question)[0]!, numbers, { candidates })
const order = (...args: Parameters<typeof score>) => score(...args).map((scored) => scored.candidate.passage_id)

test('a stored question that is asked stands above an answer that mentions it', () => {
  const asked = candidate(1, 'Сколько стоит доставка?', 'Триста рублей.')
  const mentioned = candidate(2, 'Как оплатить?', 'Картой, доставка оплачивается отдельно.')
  assert.deepEqual(order('стоимость доставки', qa, [mentioned, asked]), [1, 2])
})

test('a rare word decides against a frequent one', () => {
  const numbers = lane('qa', { велосипед: 80, самокат: 2 })
  const candidates = [candidate(1, 'Новый велосипед'), candidate(2, 'Новый самокат')]
  assert.deepEqual(order('велосипед самокат', numbers, candidates), [2, 1])
})

test('related forms of a word count though their stems differ', () => {
  const [first] = score('удаление', qa, [candidate(1, 'Как войти?'), candidate(2, 'Как удалить?')])
  assert.equal(first!.candidate.passage_id, 2)
  assert.ok(first!.asked > 0.4)
})

test('a word found only in the answer counts half of one found in the question', () => {
  const [both] = score('самокат', qa, [candidate(1, 'самокат')])
  const [answer] = score('самокат', qa, [candidate(1, 'другое', 'самокат')])
  assert.deepEqual([both!.asked, answer!.asked], [1, 0.5])
})

test('in a document words that stand together beat the same words apart', () => {
  const far = 'слово '.repeat(30)
  const candidates = [candidate(1, '', `возврат ${far} денег`), candidate(2, '', `возврат денег ${far}`)]
  assert.deepEqual(order('возврат денег', doc, candidates), [2, 1])
})

test('what the heading names counts as close to everything below it', () => {
  const [scored] = score('возврат денег', doc, [candidate(1, 'Возврат', `${'слово '.repeat(30)} денег`)])
  assert.equal(scored!.close, 1)
  const [twice] = score('возврат денег', doc, [candidate(1, 'Возврат', 'возврат денег')])
  assert.equal(twice!.close, 1)
})

test('scores lie between 0 and 1 and equal ones keep the order of ids', () => {
  const scored = score('цена', qa, [candidate(3, 'цена'), candidate(1, 'цена'), candidate(2, 'цена')])
  assert.deepEqual(
    scored.map((one) => one.candidate.passage_id),
    [1, 2, 3],
  )
  for (const one of scored) assert.ok(one.score > 0 && one.score <= 1)
})

test('a vector decides what the words left equal, whatever the scale of its model', () => {
  for (const [low, high] of [
    [0.1, 0.3],
    [0.71, 0.74],
  ] as const) {
    const candidates = [candidate(1, 'цена', '', { cosine: low }), candidate(2, 'цена', '', { cosine: high })]
    assert.deepEqual(order('цена', qa, candidates), [2, 1])
  }
})

test('how near a vector is shows among the candidates of both lanes', () => {
  const candidates = [candidate(1, 'x', '', { cosine: 0.4 })]
  const pool = [...candidates, candidate(2, 'y', '', { cosine: 0.2 }), candidate(3, 'z', '', { cosine: 0.6 })]
  const [scored] = scoreCandidates(readQuestion('цена')[0]!, qa, { candidates, pool })
  assert.ok(Math.abs(scored!.score - 0.25) < 1e-9)
})

test('several phrasings of one pair add up and stand as one', () => {
  const phrasings = [1, 2, 3].map((id) => candidate(id, 'поменять пароль сейчас', '', { source_id: 7 }))
  const groups = groupByAnswer(score('пароль', qa, [candidate(4, 'забыл пароль'), ...phrasings]))
  assert.equal(groups.length, 2)
  assert.equal(groups[0]!.best.candidate.source_id, 7)
})

test('pairs with the same answer are one answer, pairs without an answer are not', () => {
  const groups = (answer: string) =>
    groupByAnswer(score('пароль', qa, [candidate(1, 'пароль', answer), candidate(2, 'мой пароль', answer)]))
  assert.equal(groups('Нажмите «Забыл»').length, 1)
  assert.equal(groups('').length, 2)
})

test('nothing to score is an empty list', () => {
  assert.deepEqual(score('цена', qa, []), [])
  assert.deepEqual(groupByAnswer([]), [])
})
