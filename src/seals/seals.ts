/** What a sealed text is bound to: it opens nowhere else. */
export function placeOf({ table, name, column }: { table: string; name: string | number; column: string }): string {
  return `${table}:${name}:${column}`
}
