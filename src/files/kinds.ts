import { open } from 'node:fs/promises'

// The first bytes decide, never the name (the formats' own specifications).
const KINDS: { content_type: string; fits: (head: Buffer) => boolean }[] = [
  { content_type: 'image/png', fits: (head) => startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { content_type: 'image/jpeg', fits: (head) => startsWith(head, [0xff, 0xd8, 0xff]) },
  { content_type: 'image/gif', fits: (head) => /^GIF8[79]a/.test(head.toString('latin1')) },
  { content_type: 'image/webp', fits: (head) => /^RIFF.{4}WEBP/s.test(head.toString('latin1')) },
  { content_type: 'application/pdf', fits: (head) => head.toString('latin1').startsWith('%PDF-') },
]
const HEAD = 16 // bytes; every signature above is shorter

/** What a file is by its first bytes: one of the images and PDF that a dialog takes, or undefined. */
export async function kindOf(path: string): Promise<string | undefined> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0)
    const head = buffer.subarray(0, bytesRead)
    return KINDS.find(({ fits }) => fits(head))?.content_type
  } finally {
    await file.close()
  }
}

function startsWith(head: Buffer, bytes: number[]): boolean {
  return head.subarray(0, bytes.length).equals(Buffer.from(bytes))
}
