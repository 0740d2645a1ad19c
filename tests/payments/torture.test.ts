import { test } from 'node:test'
import { killsDuringTopUps } from '../torture/money/kills.ts'
import { raceForTheLedger } from '../torture/money/ledger.ts'
import { forgeries, stormOfNotices } from '../torture/money/notices.ts'
import { aScene } from '../torture/money/scene.ts'
import { randomFrom } from '../torture/random.ts'

// The small size of `npm run torture -- money`.
const SEED = 7

test('signed notices of 30 payments in any order, number and overlap leave each credited once and where the bank is', async () => {
  await using scene = await aScene()
  await stormOfNotices(scene, { payments: 30, notices: 400 }, randomFrom(SEED))
})

test('of 400 forged or changed notices none moves anything', async () => {
  await using scene = await aScene()
  await forgeries(scene, { payments: 5, notices: 400 }, randomFrom(SEED))
})

test('whoever reads the ledger while it is fought for sees entries that add up to the balance', async () => {
  await using scene = await aScene()
  await raceForTheLedger(scene, { rounds: 2, charges: 100, reads: 500 }, randomFrom(SEED))
})

test('a server killed in the middle of top-ups credits every paid order once, and no other', async () => {
  await using scene = await aScene()
  await killsDuringTopUps(scene, 4, randomFrom(SEED))
})
