const K1 = 1.2
const B = 0.75 // with k1 the usual pair; anything from 0.9/0.4 to 1.5/0.75 came within 1.5 points of R@1

/** BM25 of one text: what each weighted stem adds, less with every repeat and in a text longer than `average` stems. */
export function bm25(weights: ReadonlyMap<string, number>, stems: string[], average: number): number {
  const counts = new Map<string, number>()
  for (const stem of stems) if (weights.has(stem)) counts.set(stem, (counts.get(stem) ?? 0) + 1)
  const length = K1 * (1 - B + (B * stems.length) / average)
  let sum = 0
  for (const [stem, count] of counts) sum += (weights.get(stem)! * count * (K1 + 1)) / (count + length)
  return sum
}
