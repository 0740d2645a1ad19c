import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { createBackup, type Made } from '../backup/create.ts'
import { verifyBackup } from '../backup/inspect.ts'
import { backupFolder, listBackups } from '../backup/shelf/folder.ts'
import { nameOf } from '../backup/shelf/names.ts'
import { noteBackup } from '../backup/shelf/nightly.ts'
import { databaseFile } from '../db/database.ts'
import { toIso } from '../lib/time.ts'
import { withDb } from './checks/data.ts'
import { command, type Said } from './shell/command.ts'
import { errors } from './shell/errors.ts'
import { sheet, table } from './shell/output.ts'
import {
  newPassphrase,
  passphraseFields,
  passphraseFlags,
  passphraseOf,
  showSteps,
  sizeOf,
  stepBack,
} from './steps/passphrase.ts'

type Say = (...said: Said) => string

export const create = command({
  usage: 'create',
  about: ['сделать резервную копию, не останавливая сервер', 'make a backup while the server goes on'],
  example: 'replyx backup create --to /media/disk/replyx.tar.gz',
  needs: 'config',
  flags: [
    ['--to <file>', 'куда; без ключа — в папку копий', 'where to; without it, into the folder of backups'],
    [
      '--with-key',
      'положить и секретный ключ (с паролем кладётся всегда)',
      'put the secret key in, too (always with a passphrase)',
    ],
    ['--passphrase', 'закрыть паролем, который будет спрошен', 'close it with a passphrase that is asked for'],
    ...passphraseFlags,
  ],
  shape: z.object({
    to: z.string().optional(),
    withKey: z.boolean().default(false),
    passphrase: z.boolean().default(false),
    ...passphraseFields,
  }),
  run: async ({ input, config, globals, say }) => {
    if (!config.database_url && !existsSync(databaseFile(config))) throw errors.NO_DATA({ data_dir: config.data_dir })
    stepBack()
    const passphrase = await newPassphrase({ globals, say }, input)
    const name = nameOf('manual', { at: Date.now(), sealed: passphrase !== undefined })
    const to = resolve(input.to ?? join(backupFolder(config), name))
    const { show, end } = showSteps(say)
    const made = await createBackup(config, { to, passphrase, with_key: input.withKey, show }).finally(end)
    // The backup is made, whether or not its database has room for a note of it.
    const about = { at: Date.now(), file: made.file, size: made.size }
    await withDb(config, (db) => noteBackup({ db }, about)).catch(() => {})
    return { data: viewOf(made), text: reportOf(made, say) }
  },
})

export const verify = command({
  usage: 'verify <file>',
  about: ['восстановить копию в стороне и проверить всё, что в ней', 'restore a backup aside and check all of it'],
  example: 'replyx backup verify /media/disk/replyx.tar.gz',
  needs: 'config',
  flags: passphraseFlags,
  shape: z.object({ file: z.string(), ...passphraseFields }),
  run: async ({ input, config, globals, say }) => {
    stepBack()
    const passphrase = await passphraseOf({ globals, say }, input.file, input)
    const { show, end } = showSteps(say)
    const { members, missing, ...found } = await verifyBackup(input.file, {
      data_dir: config.data_dir,
      passphrase,
      show,
    }).finally(end)
    const rows: [string, string][] = [
      [say('Сделана', 'Made at'), found.created_at],
      [say('Версия', 'Version'), found.version],
      [say('Секретный ключ', 'Secret key'), found.has_key ? say('внутри', 'inside') : say('не внутри', 'not inside')],
      ...Object.entries(found.counts).map(([name, count]): [string, string] => [name, String(count)]),
      [say('Файлы', 'Files'), String(members.filter(({ path }) => path.startsWith('uploads/')).length)],
      ...(missing.length > 0
        ? [[say('Не было на диске', 'Not on disk then'), String(missing.length)] as [string, string]]
        : []),
    ]
    const whole = say('Копия цела: всё проверено', 'The backup is whole: all of it was checked')
    return { data: { ok: true, ...found, members: members.length, missing }, text: `${whole}\n${sheet(rows)}` }
  },
})

export const list = command({
  usage: 'list',
  about: ['резервные копии в папке копий', 'the backups in the folder of backups'],
  example: 'replyx backup list',
  needs: 'config',
  run: async ({ config, say }) => {
    const folder = backupFolder(config)
    const found = (await listBackups(folder)).map((one) => ({ ...one, created_at: toIso(one.created_at) }))
    const headings = [
      say('Файл', 'File'),
      say('Сделана', 'Made at'),
      say('Размер', 'Size'),
      say('Пароль', 'Passphrase'),
    ]
    const rows = found.map(({ file, created_at, size, sealed }) => [
      file,
      created_at,
      sizeOf(size, say),
      sealed ? say('да', 'yes') : '—',
    ])
    const none = say(
      `В ${folder} копий нет: replyx backup create`,
      `There are no backups in ${folder}: replyx backup create`,
    )
    return { data: found, text: found.length === 0 ? none : table(headings, rows) }
  },
})

function viewOf({ manifest, ...made }: Made) {
  const { version, created_at, engine, counts, key_id, members, missing } = manifest
  return { ...made, version, created_at, engine, counts, key_id, members: members.length, missing }
}

function reportOf(made: Made, say: Say): string {
  const { file, size, has_key, manifest } = made
  const done = say(
    `Копия готова: ${file} (${sizeOf(size, say)})`,
    `The backup is ready: ${file} (${sizeOf(size, say)})`,
  )
  const keyless = say(
    'Секретного ключа в ней нет: держите его копию отдельно, без него сохранённые токены и пароли не прочитать',
    'It does not hold the secret key: keep a copy of that elsewhere, stored tokens and passwords cannot be read without it',
  )
  const lost = say(
    `Файлов, которых уже нет на диске: ${manifest.missing.length}`,
    `Files that are no longer on disk: ${manifest.missing.length}`,
  )
  return [done, ...(has_key ? [] : [keyless]), ...(manifest.missing.length > 0 ? [lost] : [])].join('\n')
}
