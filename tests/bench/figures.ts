import { cpus } from 'node:os'

const figures: { what: string; measured: string; goal: string; ratio: number }[] = []

/** Notes a figure beside its goal and prints it at once. */
export function report(what: string, value: number, goal: number, unit: string): void {
  figures.push({
    what,
    measured: `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`,
    goal: `≤ ${goal} ${unit}`,
    ratio: value / goal,
  })
  console.error(`${what}: ${value.toFixed(2)} ${unit} (goal ≤ ${goal})`)
}

/** Prints all that was noted as one table. */
export function printFigures(): void {
  console.log(`\n${cpus().length} cores, Node ${process.version}`)
  console.table(
    Object.fromEntries(
      figures.map(({ what, ratio, ...rest }) => [what, { ...rest, 'of the goal': `${Math.round(ratio * 100)} %` }]),
    ),
  )
}
