import { resolve } from 'node:path'
import { z } from 'zod'
import { knownSettings, loadConfig } from '../../config/config.ts'
import { openDb } from '../../db/database.ts'
import { lockDataFolder, errors as lockErrors } from '../../db/lock.ts'
import { migrate } from '../../db/migrate.ts'
import { replaceKey, rotateKey, sealAgain } from '../../seals/rotate.ts'
import { command } from '../shell/command.ts'
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
      const rotated = await rotate_(data_dir, input.lost)
      const lines = [
        say(
          `Новый ключ ${rotated.key_id}, перезапечатано: ${rotated.resealed}`,
          `New key ${rotated.key_id}, sealed again: ${rotated.resealed}`,
        ),
        ...(rotated.unreadable > 0
          ? [
              say(
                `Ввести заново (bot, token): ${rotated.unreadable}`,
                `To be entered again (bot, token): ${rotated.unreadable}`,
              ),
            ]
          : []),
        ...dropped_settings.map((name) =>
          say(`Задать заново: replyx config set ${name}`, `To be set again: replyx config set ${name}`),
        ),
        say(
          'Сделайте новую копию: прежние копии без пароля открываются прежним ключом',
          'Make a new backup: earlier ones without a passphrase need the earlier key',
        ),
      ]
      return { data: { ...rotated, dropped_settings }, text: lines.join('\n') }
    } finally {
      lock.release()
    }
  },
})

async function rotate_(data_dir: string, isLost: boolean) {
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

function folderOf(named: string | undefined): string {
  return resolve(
    knownSettings({ flags: { data_dir: named } }).find(({ name }) => name === 'data_dir')?.value ?? './data',
  )
}
