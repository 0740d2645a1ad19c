import { lastBackups } from '../../backup/shelf/nightly.ts'
import { DAY, HOUR, toIso } from '../../lib/time.ts'
import { ok, type Patient, type Verdict, warn } from './check.ts'

const OLD = 2 * DAY // two nights missed

/** Whether there is a fresh backup, and whether the last try went well. */
export async function backups({ config, ctx }: Patient): Promise<Verdict> {
  const { good, bad } = await lastBackups(ctx)
  if (bad)
    return [
      'fail',
      `последняя не удалась (${toIso(bad.at)}): ${bad.reason}`,
      `the last one failed (${toIso(bad.at)}): ${bad.reason}`,
    ]
  if (!good) return warn('ещё ни одной: replyx backup create', 'none yet: replyx backup create')
  const age = ageOf(good.at, Date.now())
  if (Date.now() - good.at > OLD)
    return warn(`последняя ${age.ru} назад: ${good.file}`, `the last one is ${age.en} old: ${good.file}`)
  if (!config['backup.nightly'])
    return warn('ночные выключены (backup.nightly)', 'the nightly ones are off (backup.nightly)')
  return ok(`последняя ${age.ru} назад: ${good.file}`, `the last one is ${age.en} old: ${good.file}`)
}

/** How long ago that was, in words. */
export function ageOf(at: number, now: number): { ru: string; en: string } {
  const hours = Math.max(0, Math.floor((now - at) / HOUR))
  if (hours < 48) return { ru: `${hours} ч`, en: `${hours} h` }
  const days = Math.floor(hours / 24)
  return { ru: `${days} дн`, en: `${days} days` }
}
