import { constants, setPriority } from 'node:os'
import { z } from 'zod'
import { kindOfBackup } from '../../backup/archive/unpack.ts'
import type { ShowStep, Step } from '../../backup/create.ts'
import type { Flag, Said } from '../shell/command.ts'
import { openProgress } from '../shell/output.ts'
import { promptSecret } from '../shell/prompts.ts'
import { readSecret, secretAtHand } from '../shell/secrets.ts'

type Asker = { globals: { json: boolean; yes: boolean }; say: (...said: Said) => string }
type Given = {
  passphraseFile?: string | undefined
  passphraseStdin?: boolean | undefined
  passphrase?: boolean | undefined
}

export const passphraseFlags: Flag[] = [
  ['--passphrase-file <file>', 'файл с паролем к копии', 'file with the passphrase of the backup'],
  ['--passphrase-stdin', 'пароль к копии из стандартного ввода', 'the passphrase from standard input'],
]
export const passphraseFields = {
  passphraseFile: z.string().optional(),
  passphraseStdin: z.boolean().optional(),
}

/** The passphrase to close a new backup with: at hand, asked for with --passphrase, or none. */
export async function newPassphrase(asker: Asker, given: Given): Promise<string | undefined> {
  const source = sourceOf(given)
  return secretAtHand(source) ?? (given.passphrase ? readSecret(asker, { ...source, twice: true }) : undefined)
}

/** The passphrase of an existing backup; only asked for when it is closed by one. */
export async function passphraseOf(asker: Asker, file: string, given: Given): Promise<string | undefined> {
  const found = secretAtHand(sourceOf(given))
  if (found !== undefined || (await kindOfBackup(file)) !== 'sealed') return found
  const isThere = process.stdin.isTTY && process.stdout.isTTY && !asker.globals.json && !asker.globals.yes
  return isThere ? promptSecret(asker, sourceOf(given)) : undefined
}

/** Lets everybody else go first: nobody waits for a backup. */
export function stepBack(): void {
  setPriority(constants.priority.PRIORITY_LOW)
}

/** A progress bar over the steps of a backup or a restore. */
export function showSteps(say: Asker['say']): { show: ShowStep; end: () => void } {
  const bar = openProgress()
  const words: Record<Step, string> = {
    database: say('база данных', 'database'),
    files: say('файлы', 'files'),
    archive: say('копия', 'backup'),
    check: say('проверка', 'check'),
  }
  return { show: (step, done, total) => bar.show(done, total, words[step]), end: bar.end }
}

/** A size as people write it. */
export function sizeOf(bytes: number, say: Asker['say']): string {
  const megabytes = bytes / 1024 ** 2
  return `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} ${say('МБ', 'MB')}`
}

function sourceOf({ passphraseFile: file, passphraseStdin: stdin }: Given) {
  const prompt = ['Пароль к копии', 'Passphrase of the backup'] as const
  return { file, stdin, twin: 'backup.passphrase', flag: '--passphrase-file', prompt }
}
