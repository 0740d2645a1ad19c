import { z } from 'zod'
import { allRoutes } from '../app.ts'
import { backUpBeforeMigration } from '../backup/shelf/before-migration.ts'
import { publicUrl } from '../config/config.ts'
import { openDb } from '../db/database.ts'
import { migrate as migrateDb } from '../db/migrate.ts'
import { openApiDocument } from '../http/openapi.ts'
import { openLog } from '../lib/log.ts'
import { modules } from '../modules.ts'
import { command } from './shell/command.ts'
import { table } from './shell/output.ts'

export const routes = command({
  usage: 'routes',
  about: [
    'адреса API; с --facts какое событие кто слышит',
    'API addresses; with --facts which fact is heard by which task',
  ],
  example: 'replyx routes --facts',
  needs: 'nothing',
  flags: [['--facts', 'события и их задачи', 'facts and their tasks']],
  shape: z.object({ facts: z.boolean().default(false) }),
  run: async ({ input, say }) => {
    if (input.facts) {
      const heard = modules.flatMap(({ subscriptions = [] }) =>
        subscriptions.map(({ event, task }) => ({ event, task })),
      )
      const rows = heard.map(({ event, task }) => [event, task])
      return { data: heard, text: table([say('Событие', 'Fact'), say('Задача', 'Task')], rows) }
    }
    const all = allRoutes().map(({ method, path, access, summary }) => ({ method, path, access, summary }))
    const headings = [say('Метод', 'Method'), say('Адрес', 'Path'), say('Кому', 'Access'), say('О чём', 'Summary')]
    const rows = all.map(({ method, path, access, summary }) => [method.toUpperCase(), path, access, summary])
    return { data: all, text: table(headings, rows) }
  },
})

export const openapi = command({
  usage: 'openapi',
  about: ['описание API (OpenAPI 3.1) в JSON', 'description of the API (OpenAPI 3.1) as JSON'],
  example: 'replyx openapi > openapi.json',
  needs: 'config',
  run: async ({ config }) => {
    const document = openApiDocument(allRoutes(), publicUrl(config))
    return { data: document, text: JSON.stringify(document, null, 2) }
  },
})

export const migrate = command({
  usage: 'migrate',
  about: ['обновить базу данных; повтор ничего не меняет', 'bring the database up to date; a repeat changes nothing'],
  example: 'replyx migrate',
  needs: 'config',
  run: async ({ config, say }) => {
    const db = openDb(config)
    try {
      await backUpBeforeMigration({ config, db, log: openLog({ level: 'warn' }) })
      const applied = await migrateDb(db)
      const text =
        applied.length === 0
          ? say('База данных уже в порядке', 'The database is up to date')
          : say(`Применено: ${applied.join(', ')}`, `Applied: ${applied.join(', ')}`)
      return { data: { applied }, text }
    } finally {
      await db.destroy()
    }
  },
})
