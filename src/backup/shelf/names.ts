import { toIso } from '../../lib/time.ts'

/** Why a backup in the folder was made; only the nightly ones and those before a migration are ever removed by us. */
export type Kind = 'nightly' | 'before' | 'manual'

/** A moment as it stands in a file name: to the second, in UTC, in an order that sorts. */
export function stampOf(ms: number): string {
  return toIso(ms).slice(0, 19).replaceAll(':', '-').replace('T', '_')
}

/** The name of a backup in the folder. */
export function nameOf(kind: Kind, about: { at: number; sealed: boolean; what?: string }): string {
  const what = about.what === undefined ? '' : `${about.what}-`
  return `${kind}-${what}${stampOf(about.at)}${about.sealed ? '.sealed' : '.tar.gz'}`
}

/** When a backup of this name was made; undefined for names that are not ours. */
export function momentOf(name: string, kind: Kind): number | undefined {
  const found = /^(nightly|before|manual)-.*?(\d{4}-\d\d-\d\d)_(\d\d)-(\d\d)-(\d\d)\.(?:sealed|tar\.gz)$/.exec(name)
  if (found?.[1] !== kind) return undefined
  const at = Date.parse(`${found[2]}T${found[3]}:${found[4]}:${found[5]}Z`)
  return Number.isNaN(at) ? undefined : at
}
