import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { keepFile } from '../../files/files.ts'
import { incomingFolder } from '../../http/upload.ts'
import { randomId } from '../../lib/ids.ts'
import { OutsideFailed } from '../../outside/failures.ts'
import { TelegramRefused } from '../../outside/telegram.ts'
import { dialogOf } from './dialog.ts'
import type { Fetched, Polled } from './receive.ts'
import type { FileSent, Said } from './updates.ts'

const MAX_BYTES = 20 * 1024 * 1024 // what Telegram lets a bot download
const TRIES = 2

/** Fetches the file of a message and keeps it; one that is too large, of no use or cannot be had is lost, and the visitor is told. Undefined when there is none. */
export async function fetchFile(ctx: Context, bot: Polled, said: Said): Promise<Fetched | undefined> {
  if (!said.file) return undefined
  const { dialog } = await dialogOf(ctx, bot, said)
  return keepSent(ctx, bot, { file: said.file, dialog_id: dialog.id })
}

/** The same for a file that belongs to a dialog already known. */
export async function keepSent(
  ctx: Context,
  bot: Polled,
  { file, dialog_id }: { file: FileSent; dialog_id: number },
): Promise<Fetched> {
  const folder = incomingFolder(ctx.config.data_dir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, randomId('telegram-'))
  try {
    const size = await downloadPatiently(ctx, bot, { file_id: file.file_id, path })
    const place = { tenant_id: bot.tenant_id, dialog_id }
    return { attachments: [await keepFile(ctx, place, { path, name: file.name, size })], is_lost: false }
  } catch (error) {
    if (!isExpected(error)) throw error
    ctx.log.info({ err: error, bot_id: bot.id }, 'a file could not be kept')
    return { attachments: [], is_lost: true }
  } finally {
    await rm(path, { force: true })
  }
}

async function downloadPatiently(ctx: Context, bot: Polled, file: { file_id: string; path: string }): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ctx.outside.telegram.download(bot.token, file.file_id, { path: file.path, max_bytes: MAX_BYTES })
    } catch (error) {
      const isFinal = !(error instanceof OutsideFailed) || error.reason === 'too_large' || attempt === TRIES
      if (isFinal) throw error
      await rm(file.path, { force: true })
    }
  }
}

function isExpected(error: unknown): boolean {
  return error instanceof OutsideFailed || error instanceof TelegramRefused || error instanceof AppError
}
