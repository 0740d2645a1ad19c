/** A key for what must be done once; `randomUUID` is missing where the page came without TLS. */
export function newKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}
