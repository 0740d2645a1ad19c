export type Random = { below: (n: number) => number; pick: <T>(of: readonly T[]) => T; shuffle: <T>(of: T[]) => T[] }

/** A seeded source of chance, so that a run that failed can be run again (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    below,
    pick: (of) => of[below(of.length)]!,
    shuffle(of) {
      for (let at = of.length - 1; at > 0; at--) {
        const other = below(at + 1)
        ;[of[at], of[other]] = [of[other]!, of[at]!]
      }
      return of
    },
  }
}

/** Works through a list with so many hands at once. */
export async function withHands<T>(hands: number, list: T[], work: (one: T) => Promise<void>): Promise<void> {
  const rest = list.values()
  await Promise.all(
    Array.from({ length: hands }, async () => {
      for (const one of rest) await work(one)
    }),
  )
}
