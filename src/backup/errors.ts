import { AppError, defineErrors, type Texts } from '../errors.ts'

export const errors = defineErrors({
  BACKUP_EXISTS: [
    409,
    'Такой файл уже есть: выберите другое имя, копии не перезаписываются',
    'That file exists already: choose another name, backups are never overwritten',
  ],
  NOT_A_BACKUP: [409, 'Это не резервная копия ReplyX', 'This is not a backup of ReplyX'],
  BACKUP_TRUNCATED: [
    409,
    'Резервная копия обрывается на середине: файл скопирован не целиком',
    'The backup ends in the middle: the file was not copied whole',
  ],
  BACKUP_ALTERED: [
    409,
    'Резервная копия повреждена: содержимое не то, что было записано',
    'The backup is damaged: its content is not what was written',
  ],
  BACKUP_DAMAGED_DATABASE: [
    409,
    'Файл копии цел, но база данных в ней повреждена: её испортили до копирования',
    'The file is whole, but the database in it is damaged: it was so before the backup',
  ],
  DATABASE_DAMAGED: [
    409,
    'База данных повреждена, целой копии из неё не сделать: проверьте диск и восстановите последнюю целую копию',
    'The database is damaged, no whole backup can be made of it: check the disk and restore the last whole backup',
  ],
  BACKUP_INCOMPLETE: [
    409,
    'В резервной копии нет файлов, на которые ссылается база данных',
    'The backup lacks files that its database names',
  ],
  BACKUP_PASSPHRASE_NEEDED: [
    409,
    'Копия закрыта паролем: укажите --passphrase-file или REPLYX_BACKUP_PASSPHRASE',
    'The backup is closed by a passphrase: give --passphrase-file or REPLYX_BACKUP_PASSPHRASE',
  ],
  BACKUP_PASSPHRASE_UNFIT: [
    409,
    'В файле backup.passphrase_file должна быть одна непустая строка',
    'The file of backup.passphrase_file has to hold one line that is not empty',
  ],
  BACKUP_WRONG_PASSPHRASE: [409, 'Пароль к резервной копии не подходит', 'The passphrase does not fit the backup'],
  BACKUP_TOO_LARGE: [
    409,
    'Копия распаковалась бы в подозрительно большой объём, ничего не распаковано',
    'The backup would unpack into a suspiciously large size; nothing was unpacked',
  ],
  BACKUP_NEWER: [
    409,
    'Копия сделана более новой версией ReplyX: установите её и повторите',
    'The backup was made by a newer ReplyX: install that version and try again',
  ],
  DATA_FOLDER_IN_USE: [
    409,
    'В этой папке уже есть данные; с --force они будут отложены рядом, а не удалены',
    'There is data in this folder already; with --force it is put aside, not deleted',
  ],
  DATABASE_IN_USE: [
    409,
    'База Postgres не пуста: восстанавливать можно только в пустую',
    'The Postgres database is not empty: only an empty one can be restored into',
  ],
  OTHER_ENGINE: [
    409,
    'Копия сделана с другой базой данных: для копии Postgres задайте REPLYX_DATABASE_URL, для копии SQLite уберите его',
    'The backup is of another engine: a Postgres one needs REPLYX_DATABASE_URL, a SQLite one must not have it',
  ],
})

/** Too little room for what is about to be written at `path`; sizes in bytes. */
export function noSpace(path: string, needed?: number, free?: number): AppError {
  const [need, have] = [needed, free].map((bytes) => Math.ceil((bytes ?? 0) / 1024 ** 2))
  const more: Texts =
    needed === undefined
      ? { ru: '', en: '' }
      : { ru: `: нужно ${need} МБ, есть ${have}`, en: `: ${need} MB are needed, ${have} are free` }
  return new AppError('NO_SPACE', 409, {
    ru: `Не хватает места на диске (${path})${more.ru}`,
    en: `The disk is too full (${path})${more.en}`,
  })
}

/** A place that cannot be written to. */
function notWritable(path: string): AppError {
  return new AppError('NOT_WRITABLE', 409, {
    ru: `Сюда нельзя писать: ${path}`,
    en: `This cannot be written to: ${path}`,
  })
}

/** A tool of Postgres that is missing or that refused, with what it said. */
export function toolFailed(tool: string, said: string | undefined): AppError {
  const why = said?.trim().split('\n')[0]
  return new AppError('POSTGRES_TOOL_FAILED', 409, {
    ru: why ? `${tool}: ${why}` : `Для копии Postgres нужна программа ${tool}: установите postgresql-client`,
    en: why ? `${tool}: ${why}` : `A backup of Postgres needs the program ${tool}: install postgresql-client`,
  })
}

/** Runs work that writes to a disk; a full or unwritable one becomes its own refusal. */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') throw noSpace(path)
    if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM' || code === 'SQLITE_READONLY') throw notWritable(path)
    throw error
  }
}
