import { resolve } from 'node:path'
import { z } from 'zod'
import { type Restored, restoreBackup } from '../backup/restoring/restore.ts'
import { command, type Said } from './shell/command.ts'
import { passphraseFields, passphraseFlags, passphraseOf, showSteps } from './steps/passphrase.ts'

export const restore = command({
  usage: 'restore <file>',
  about: [
    'восстановить всё из резервной копии в папку данных',
    'bring everything back from a backup into the data folder',
  ],
  example: 'replyx restore /media/disk/replyx.tar.gz --data-dir /var/lib/replyx',
  needs: 'config',
  flags: [['--force', 'папка с данными будет отложена рядом', 'a folder with data is put aside'], ...passphraseFlags],
  shape: z.object({ file: z.string(), force: z.boolean().default(false), ...passphraseFields }),
  run: async ({ input, config, globals, say }) => {
    const passphrase = await passphraseOf({ globals, say }, input.file, input)
    const { show, end } = showSteps(say)
    const restored = await restoreBackup(config, resolve(input.file), { passphrase, force: input.force, show }).finally(
      end,
    )
    const { manifest, put_aside, key } = restored
    const { created_at, version, counts } = manifest
    const data = {
      data_dir: config.data_dir,
      created_at,
      version,
      counts,
      put_aside,
      key: key.state,
      key_file: key.file,
    }
    return { data, text: reportOf(restored, { data_dir: config.data_dir, say }) }
  },
})

function reportOf(
  { manifest, put_aside, key }: Restored,
  { data_dir, say }: { data_dir: string; say: (...said: Said) => string },
): string {
  const lines = [
    say(
      `Восстановлено в ${data_dir} на ${manifest.created_at}`,
      `Restored into ${data_dir} as of ${manifest.created_at}`,
    ),
    ...(put_aside === null ? [] : [say(`Прежние данные: ${put_aside}`, `The data before: ${put_aside}`)]),
    ...(key.state === 'fits' ? [] : [keyAdvice(key.file, say)]),
    say('Всем нужно войти заново', 'Everybody has to sign in again'),
    say(
      'Если старый сервер ещё жив, сначала остановите его: один бот отвечает только из одного места. Платежи: replyx payment reconcile',
      'If the old server still lives, stop it first: a bot answers from one place only. Payments: replyx payment reconcile',
    ),
    say('Дальше: replyx start', 'Next: replyx start'),
  ]
  return lines.join('\n')
}

function keyAdvice(file: string, say: (...said: Said) => string): string {
  return say(
    `Нет подходящего секретного ключа: положите его копию в ${file}. Если он потерян: replyx config rotate-key --lost`,
    `The secret key that fits is not there: put its copy at ${file}. If it is lost: replyx config rotate-key --lost`,
  )
}
