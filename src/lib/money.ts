/** Kopecks as the wire's roubles: a number with at most two decimals. The only place that divides by 100. */
export function toRoubles(kopecks: number): number {
  return kopecks / 100
}
