import { existsSync } from 'node:fs'
import { z } from 'zod'
import { lastBackups } from '../backup/shelf/nightly.ts'
import { type Config, knownSettings } from '../config/config.ts'
import type { Context } from '../context.ts'
import { databaseFile } from '../db/database.ts'
import { outboxState } from '../email/outbox.ts'
import { type Log, openLog } from '../lib/log.ts'
import { SECOND, toIso } from '../lib/time.ts'
import { hasAdmin } from '../users/admins.ts'
import { ageOf } from './checks/backups.ts'
import { withDb } from './checks/data.ts'
import { command } from './shell/command.ts'
import { sheet } from './shell/output.ts'
import { askHealth, leaveNote, mayBeRunning, serverUrl, stopServer } from './steps/neighbour.ts'

const LAST_MOMENT = 9.5 * SECOND // ten seconds are promised from the signal to the end

export const start = command({
  usage: 'start',
  about: ['запустить сервер; работает, пока не остановят', 'run the server until it is stopped'],
  example: 'replyx start --port 8000',
  needs: 'config',
  settings: ['host', 'port', 'log_level'],
  flags: [
    ['--host <address>', 'какой адрес слушать', 'address to listen on'],
    ['--port <number>', 'какой порт слушать', 'port to listen on'],
  ],
  shape: z.object({ host: z.string().optional(), port: z.string().optional() }),
  run: async ({ config }) => {
    const log = openLog({ level: config.log_level, to: 'stdout' })
    dieLoudly(log)
    const told = toldToStop()
    const { startApp } = await import('../app.ts')
    const app = await startApp(config, { log })
    const forgetNote = leaveNote(config, app.url)
    await warn(app.ctx)
    log.info({ url: app.url, pid: process.pid }, 'ready')
    log.info({ signal: await told }, 'stopping')
    setTimeout(() => process.exit(0), LAST_MOMENT).unref()
    await app.stop()
    forgetNote()
    log.info('stopped')
    // A provider that never hangs up must not keep the process.
    process.exit(0)
  },
})

export const status = command({
  usage: 'status',
  about: ['работает ли сервер; код 69, если нет', 'whether the server works; code 69 if not'],
  example: 'replyx status --json',
  needs: 'config',
  run: async ({ config, say }) => {
    const url = serverUrl(config)
    const health = mayBeRunning(config) ? await askHealth(url) : undefined
    const backup = await backupRow(config, say)
    if (!health) {
      const text = say(
        `Сервер не работает (данные: ${config.data_dir}). Запустить: replyx start`,
        `The server is not running (data: ${config.data_dir}). To start it: replyx start`,
      )
      return { data: { running: false, url, health: null, backup: backup.data }, text, exit: 69 }
    }
    const mail = await lettersOf(config)
    const rows: [string, string][] = [
      [say('Состояние', 'State'), health.status],
      [say('Адрес', 'Address'), url],
      [say('Данные', 'Data'), config.data_dir],
      [
        say('Письма', 'Letters'),
        say(`ждут ${mail.waiting}, не ушло ${mail.failed}`, `${mail.waiting} waiting, ${mail.failed} failed`),
      ],
      [say('Копия', 'Backup'), backup.text],
    ]
    return {
      data: { running: true, url, health, letters: mail, backup: backup.data },
      text: sheet(rows),
      exit: health.status === 'healthy' ? 0 : 69,
    }
  },
})

export const stop = command({
  usage: 'stop',
  about: ['остановить сервер этой папки данных', 'stop the server of this data folder'],
  example: 'replyx stop',
  needs: 'config',
  run: async ({ config, say }) => {
    const ended = await stopServer(config)
    const text = {
      none: say('Сервер и так не работает', 'The server is not running'),
      foreign: say(
        'Сервер запущен другим пользователем: остановите его от имени того пользователя или через systemctl',
        'The server is run by another user: stop it as that user, or by systemctl',
      ),
      ended: say('Сервер остановлен', 'The server was stopped'),
      busy: say(
        'Сервер ещё доделывает начатое; проверьте: replyx status',
        'The server is still finishing; look again: replyx status',
      ),
    }[ended]
    const exit = { none: 0, ended: 0, busy: 1, foreign: 4 }[ended]
    return { data: { stopped: exit === 0 }, text, exit }
  },
})

// A server that is down may have a database that cannot be asked; that is for the doctor to say.
async function backupRow(config: Config, say: (ru: string, en: string) => string) {
  const isThere = config.database_url !== undefined || existsSync(databaseFile(config))
  const last = isThere ? await withDb(config, (db) => lastBackups({ db })).catch(() => undefined) : undefined
  const { good, bad } = last ?? {}
  const age = good && ageOf(good.at, Date.now())
  const text = age ? say(`${age.ru} назад`, `${age.en} old`) : say('ещё ни одной', 'none yet')
  const data = { last_at: good ? toIso(good.at) : null, last_failure: bad?.reason ?? null }
  return { data, text: bad ? `${text}; ${say('последняя не удалась', 'the last one failed')}: ${bad.reason}` : text }
}

function toldToStop(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
  })
}

// What nobody caught has left something half done in memory; a fresh process starts from what is on disk.
function dieLoudly(log: Log): void {
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(kind, (err) => {
      log.fatal({ err }, kind)
      process.exit(1)
    })
  }
}

async function lettersOf(config: Config): Promise<{ waiting: number; failed: number }> {
  // A server that is still the older one has no outbox yet.
  const state = await withDb(config, (db) => outboxState({ db, now: Date.now })).catch(() => undefined)
  return { waiting: state?.waiting ?? 0, failed: state?.failed ?? 0 }
}

async function warn(ctx: Context): Promise<void> {
  if (!(await hasAdmin(ctx))) ctx.log.warn({ run: 'replyx setup' }, 'nobody can sign in yet')
  for (const name of sampleSettings(ctx))
    ctx.log.warn({ setting: name, run: `replyx config set ${name} …` }, 'this setting still has a sample value')
}

function sampleSettings({ config }: Context): string[] {
  const known = knownSettings({ flags: { data_dir: config.data_dir } })
  return known
    .filter(({ value }) => value && /\bexample\.(com|org|net|ru)\b|change-?me/i.test(value))
    .map(({ name }) => name)
}
