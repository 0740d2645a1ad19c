import { z } from 'zod'
import { type Setting, text, whole } from '../setting.ts'

/** The settings of backups. */
export const backupSettings = [
  {
    name: 'backup.nightly',
    shape: z.stringbool(),
    fallback: 'true',
    about: 'whether a backup is made every night',
  },
  {
    name: 'backup.folder',
    shape: text,
    fallback: undefined,
    about: 'where they are kept, best another disk; unset = backups in the data folder',
  },
  { name: 'backup.keep_daily', shape: whole(1, 1000), fallback: '7', about: 'nightly backups kept, one a day' },
  { name: 'backup.keep_weekly', shape: whole(0, 1000), fallback: '4', about: 'weeks of which one more is kept' },
  {
    name: 'backup.passphrase_file',
    shape: text,
    fallback: undefined,
    about: 'file with the passphrase that closes nightly backups, which then hold the secret key, too',
  },
] as const satisfies readonly Setting[]
