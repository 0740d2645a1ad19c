import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Request, Response } from 'express'
import multer, { MulterError } from 'multer'
import { AppError, defineErrors, invalid } from '../errors.ts'
import { randomId } from '../lib/ids.ts'

export const errors = defineErrors({
  FILE_TOO_LARGE: [413, 'Файл больше допустимого', 'The file is larger than allowed'],
})

export type Upload = {
  path: string
  name: string
  size: number
  fields: Record<string, string>
  discard: () => Promise<void>
}

/**
 * Receives one multipart file, streamed to a file of our own naming in `folder`; the sender's name is only data.
 * Throws FILE_TOO_LARGE, or VALIDATION_ERROR naming what is missing or malformed; nothing is left behind then.
 */
export async function receiveFile(
  req: Request,
  res: Response,
  to: { folder: string; field: string; max_bytes: number },
): Promise<Upload> {
  if (!req.is('multipart/form-data'))
    throw invalid('Content-Type', 'нужен multipart/form-data', 'multipart/form-data is needed')
  mkdirSync(to.folder, { recursive: true, mode: 0o700 })
  const middleware = multer({
    storage: multer.diskStorage({
      destination: to.folder,
      filename: (_req, _file, done) => done(null, randomId('incoming-')),
    }),
    limits: { fileSize: to.max_bytes, files: 1, fields: 10, fieldSize: 10_000, fieldNameSize: 100, parts: 12 },
    defParamCharset: 'utf8', // the default turns Cyrillic names into mojibake
  }).single(to.field)
  await new Promise<void>((resolve, reject) =>
    middleware(req, res, (error: unknown) => (error ? reject(refusal(error, to)) : resolve())),
  )
  if (!req.file) throw invalid(to.field, 'файл не передан', 'no file was sent')
  const { path, size, originalname } = req.file
  const name = shownName(originalname)
  return {
    path,
    size,
    name,
    fields: { ...(req.body as Record<string, string>) },
    discard: () => rm(path, { force: true }),
  }
}

/** Where a received file may lie until it is accepted. */
export function incomingFolder(dataDir: string): string {
  return join(dataDir, 'uploads', 'incoming')
}

/** The name of a file as it was given, but for what no screen should show and every folder before it. */
export function shownName(given: string): string {
  const last = given.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  return (
    last
      .replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 255) || 'file'
  )
}

function refusal(error: unknown, to: { field: string; max_bytes: number }): unknown {
  if (error instanceof AppError) return error
  if (error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE')
    return errors.FILE_TOO_LARGE({ max_bytes: to.max_bytes })
  if (error instanceof MulterError) return invalid(error.field ?? to.field, error.message, error.message)
  // busboy's complaints about a broken form have no code; a full disk and the like do, and are accidents.
  if (error instanceof Error && !('code' in error))
    return invalid('body', 'форма передана не полностью', 'the form is broken or incomplete')
  return error
}
