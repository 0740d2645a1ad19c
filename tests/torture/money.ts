import { killsDuringTopUps } from './money/kills.ts'
import { raceForTheLedger } from './money/ledger.ts'
import { forgeries, stormOfNotices } from './money/notices.ts'
import { aScene, type Scene } from './money/scene.ts'
import { type Random, randomFrom } from './random.ts'

type Run = (scene: Scene, chance: Random) => Promise<Record<string, number>>
const RUNS: Record<string, Run> = {
  'notices in any order': (scene, chance) => stormOfNotices(scene, { payments: 500, notices: 10_000 }, chance),
  'forged notices': (scene, chance) => forgeries(scene, { payments: 50, notices: 10_000 }, chance),
  'races for the ledger': (scene, chance) =>
    raceForTheLedger(scene, { rounds: 100, charges: 500, reads: 100_000 }, chance),
  'kills during top-ups': (scene, chance) => killsDuringTopUps(scene, 60, chance),
}

/** Everything that may go wrong with money, at full size; prints what was done and measured, throws at the first broken promise. */
export async function tortureMoney(seed: number): Promise<void> {
  for (const [name, run] of Object.entries(RUNS)) {
    await using scene = await aScene()
    const begun = performance.now()
    const figures = await run(scene, randomFrom(seed))
    console.log(name)
    console.table({ ...figures, seconds: Math.round((performance.now() - begun) / 1000) })
  }
}
