/** What a sealed text is bound to: it opens nowhere else. */
export function placeOf({ table, id, column }: { table: string; id: number; column: string }): string {
  return `${table}:${id}:${column}`
}
