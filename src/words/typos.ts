/** Edits between two words (insert, delete, replace, swap of neighbours), or `max + 1` as soon as it must be more than `max`. */
export function editDistance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = nextRow({ a, b, i, last, beforeLast })
    if (Math.min(...row) > max) return max + 1
    beforeLast = last
    last = row
  }
  return Math.min(last[b.length]!, max + 1)
}

/** The character trigrams of a word, its ends marked by a space. */
export function trigrams(word: string): Set<string> {
  const marked = ` ${word} `
  const found = new Set<string>()
  for (let i = 0; i + 3 <= marked.length; i++) found.add(marked.slice(i, i + 3))
  return found
}

/** How much two sets overlap, 0 (nothing) to 1 (the same): twice the common part over the sum of sizes. */
export function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a]
  let common = 0
  for (const item of small) if (large.has(item)) common++
  return small.size === 0 ? 0 : (2 * common) / (a.size + b.size)
}

type Rows = { a: string; b: string; i: number; last: number[]; beforeLast: number[] }

function nextRow({ a, b, i, last, beforeLast }: Rows): number[] {
  const row = [i]
  for (let j = 1; j <= b.length; j++) {
    const replace = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
    let best = Math.min(last[j]! + 1, row[j - 1]! + 1, replace)
    const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
    if (isSwap) best = Math.min(best, beforeLast[j - 2]! + 1)
    row.push(best)
  }
  return row
}
