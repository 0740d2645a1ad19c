import mammoth from 'mammoth'
import type { Outline, Source } from '../../blocks.ts'
import { addHtml } from '../html.ts'
import { packParts, readXmlParts } from './zip.ts'

// The title of a document stands above its chapters. Word's Russian names are for files that other programs wrote.
const STYLES = [
  ['Title', 'Название'].map((name) => `p[style-name='${name}'] => h1:fresh`),
  [1, 2, 3, 4, 5].flatMap((level) =>
    [`Heading ${level}`, `Заголовок ${level}`].map((name) => `p[style-name='${name}'] => h${level + 1}:fresh`),
  ),
].flat()

/** Reads a Word document: headings, paragraphs, lists, tables, footnotes. Pictures and files outside are never opened. */
export async function readDocx({ file, caps }: Source, outline: Outline): Promise<void> {
  const buffer = packParts(await readXmlParts(file, caps))
  const { value } = await mammoth.convertToHtml(
    { buffer },
    {
      styleMap: STYLES,
      externalFileAccess: false,
      includeEmbeddedStyleMap: false,
      convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
    },
  )
  const html = value.replaceAll('↑', '')
  addHtml(/<h[1-6]/.test(html) ? html : withBoldHeadings(html), outline)
}

// Many people make headings by hand: a short line in bold, without a full stop.
function withBoldHeadings(html: string): string {
  return html.replace(/<p><strong>([^<]{1,100})<\/strong><\/p>/g, (whole, text: string) =>
    /[.,;]\s*$/.test(text) ? whole : `<h2>${text}</h2>`,
  )
}
