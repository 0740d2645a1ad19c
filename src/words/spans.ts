/** A place in a text where something looked for stands: which word, and which of the things. */
export type Mark = { at: number; what: number }

/** The most weight that different things gather within `width` words; `marks` are in order of place. */
export function heaviestSpan(marks: Mark[], weights: number[], width: number): number {
  const counts = new Array<number>(weights.length).fill(0)
  let first = 0
  let weight = 0
  let heaviest = 0
  for (const mark of marks) {
    if (counts[mark.what]!++ === 0) weight += weights[mark.what]!
    while (mark.at - marks[first]!.at > width) {
      const left = marks[first++]!.what
      if (--counts[left]! === 0) weight -= weights[left]!
    }
    heaviest = Math.max(heaviest, weight)
  }
  return heaviest
}
