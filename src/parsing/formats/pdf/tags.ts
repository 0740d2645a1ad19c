/** Where a piece of a tagged page belongs: its table, its row and column there, its list item. All but columns are numbered within the page. */
export type Place = { table?: number; row?: number; column?: number; item?: number }

/** The tree of tags as pdf.js gives it; leaves name the marked content of the page. */
export type Tag = { role?: string; type?: string; id?: string; children?: Tag[] }

/** Marked content's id → its place, for what stands in tables and lists; a page without tags gives none. */
export function placesOf(tree: Tag | null): Map<string, Place> {
  const places = new Map<string, Place>()
  let numbers = 0
  const visit = (tag: Tag, place: Place) => {
    if (tag.id !== undefined && Object.keys(place).length > 0) places.set(tag.id, place)
    let column = 0
    for (const child of tag.children ?? []) {
      if (child.role === 'Table') visit(child, { table: ++numbers })
      else if (child.role === 'TR') visit(child, { ...place, row: ++numbers })
      else if (child.role === 'TD' || child.role === 'TH') visit(child, { ...place, column: column++ })
      else if (child.role === 'LI' && place.row === undefined) visit(child, { item: ++numbers })
      else visit(child, place)
    }
  }
  if (tree) visit(tree, {})
  return places
}
