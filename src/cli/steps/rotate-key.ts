import { resolve } from 'node:path'
import { z } from 'zod'
import { knownSettings, loadConfig } from '../../config/config.ts'
import { openDb } from '../../db/database.ts'
import { lockDataFolder, errors as lockErrors } from '../../db/lock.ts'
import { migrate } from '../../db/migrate.ts'
import { type Rotated, replaceKey, rotateKey, sealAgain } from '../../seals/rotate.ts'
import { command, type Said } from '../shell/command.ts'
import { confirmed } from '../shell/prompts.ts'
import { askHealth, serverUrl } from './neighbour.ts'

export const rotate = command({
  usage: 'rotate-key',
  about: [
    'сменить секретный ключ и перезапечатать всё; сервер должен быть остановлен',
    'make a new secret key and seal everything with it; the server must be stopped',
  ],
  example: 'replyx config rotate-key --yes',
  needs: 'nothing',
  flags: [
    [
      '--lost',
      'прежний ключ потерян: что им запечатано, придётся ввести заново',
      'the old key is lost: what it sealed has to be entered again',
    ],
  ],
  shape: z.object({ lost: z.boolean().default(false) }),
  run: async ({ input, globals, say }) => {
    const sure = await confirmed(
      { globals, say },
      'Сменить секретный ключ? Всем придётся войти заново, сайтам — обновить секрет подписи посетителей',
      'Change the secret key? Everybody signs in again, and sites need the new secret that signs their visitors',
    )
    if (!sure) return undefined
    const data_dir = folderOf(globals.data_dir)
    const lock = lockDataFolder({ data_dir })
    try {
      const dropped_settings = input.lost ? replaceKey(data_dir) : []
      const rotated = await changeKey(data_dir, input.lost)
      return { data: { ...rotated, dropped_settings }, text: reportOf(rotated, dropped_settings, say) }
    } finally {
      lock.release()
    }
  },
})

async function changeKey(data_dir: string, isLost: boolean) {
  const config = loadConfig({ flags: { data_dir } })
  // No lock says so on Postgres; its nodes share the key file, so all of them must be down.
  if (config.database_url && (await askHealth(serverUrl(config)))) throw lockErrors.ALREADY_RUNNING({ data_dir })
  const db = openDb(config)
  try {
    await migrate(db)
    return isLost ? await sealAgain(config, db) : await rotateKey(config, db)
  } finally {
    await db.destroy()
  }
}

function reportOf(
  { key_id, resealed, unreadable }: Rotated,
  dropped: string[],
  say: (...said: Said) => string,
): string {
  const lines = [
    say(`Новый ключ ${key_id}, перезапечатано: ${resealed}`, `New key ${key_id}, sealed again: ${resealed}`),
    ...dropped.map((name) =>
      say(`Задать заново: replyx config set ${name}`, `To be set again: replyx config set ${name}`),
    ),
    say(
      'Сделайте новую копию: прежние копии без пароля открываются прежним ключом',
      'Make a new backup: earlier ones without a passphrase need the earlier key',
    ),
  ]
  const lost = say(`Ввести заново (bot, token): ${unreadable}`, `To be entered again (bot, token): ${unreadable}`)
  return (unreadable > 0 ? lines.toSpliced(1, 0, lost) : lines).join('\n')
}

function folderOf(named: string | undefined): string {
  return resolve(
    knownSettings({ flags: { data_dir: named } }).find(({ name }) => name === 'data_dir')?.value ?? './data',
  )
}
