type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown

// A number longer than a double holds would lose digits; who signs what was printed must see what was printed.
const asPrinted: Reviver = (_key, value, { source }) => (typeof value === 'number' ? source : value)

/** Parses JSON with every number as the text it was written as. Throws SyntaxError for what is no JSON. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, asPrinted as (key: string, value: unknown) => unknown)
}
