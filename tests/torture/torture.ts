import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { tortureMoney } from './money.ts'

/** `npm run torture -- money [--seed N]`: the heavy runs, by name; exits 1 when a promise was broken. */
const SCENARIOS: Record<string, (seed: number) => Promise<void>> = { money: tortureMoney }

const { positionals, values } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' } } })
const [name = ''] = positionals
const run = SCENARIOS[name]
if (!run) {
  console.error(`Which? ${Object.keys(SCENARIOS).join(', ')}`)
  process.exit(2)
}
const seed = Number(values.seed ?? Date.now() % 1_000_000)
console.log(`${name}: seed ${seed}, ${cpus().length} cores, Node ${process.version}`)
await run(seed)
