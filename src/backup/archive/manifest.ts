import { z } from 'zod'
import { errors } from '../errors.ts'

export const DATABASE = { sqlite: 'database.sqlite', postgres: 'database.pgdump' } as const
export const MANIFEST = 'manifest.json'
export const SECRET_KEY = 'secret.key'

// The only names there can be in a backup: nothing that leads out of a folder.
const MEMBER = /^(?:database\.(?:sqlite|pgdump)|config\.toml|secret\.key|uploads\/(?:[A-Za-z0-9_-]+\/)?[A-Za-z0-9_-]+)$/

const Size = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const Member = z.object({ path: z.string().regex(MEMBER), size: Size, sha256: z.string().regex(/^[0-9a-f]{64}$/) })

/** The first member of a backup: what is in it, and what it was made of. */
export const Manifest = z.object({
  format: z.literal(1),
  version: z.string().max(50),
  created_at: z.iso.datetime(),
  engine: z.enum(['sqlite', 'postgres']),
  /** The schema: the names of all migrations that were applied. */
  migrations: z.array(z.string().max(100)).max(10_000),
  counts: z.record(z.string().max(100), Size),
  /** Which secret key seals what is sealed; the key itself only when it is a member. */
  key_id: z.string().max(50).nullable(),
  members: z.array(Member).min(1).max(1_000_000),
  /** Files that the database names and that were not there any more. */
  missing: z.array(z.string().max(200)),
})
export type Manifest = z.infer<typeof Manifest>
export type Member = z.infer<typeof Member>

/** Reads a manifest; NOT_A_BACKUP for anything else, also for one that names the same member twice. */
export function parseManifest(text: string): Manifest {
  const found = Manifest.safeParse(jsonOf(text))
  if (!found.success) throw errors.NOT_A_BACKUP()
  const { members, engine } = found.data
  const paths = new Set(members.map(({ path }) => path))
  if (paths.size !== members.length || !paths.has(DATABASE[engine])) throw errors.NOT_A_BACKUP()
  return found.data
}

/** Whether the secret key is a member. */
export function holdsKey({ members }: Pick<Manifest, 'members'>): boolean {
  return members.some(({ path }) => path === SECRET_KEY)
}

/** How many bytes the members take when unpacked. */
export function bytesOf({ members }: Pick<Manifest, 'members'>): number {
  return members.reduce((sum, { size }) => sum + size, 0)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
