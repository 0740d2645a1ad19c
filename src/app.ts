import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { siteGuard } from './assistants/sites.ts'
import { guards } from './auth/guards.ts'
import { closeEndedStreams } from './auth/sessions.ts'
import { backUpBeforeMigration } from './backup/shelf/before-migration.ts'
import type { Config } from './config/config.ts'
import type { Context } from './context.ts'
import { openDb } from './db/database.ts'
import { lockDataFolder } from './db/lock.ts'
import { migrate } from './db/migrate.ts'
import { wakeOutbox } from './email/outbox.ts'
import { openBus } from './events/bus.ts'
import { openSharedBus } from './events/shared-bus.ts'
import { freeServerLeases, startWorker } from './events/work.ts'
import { allowWidgets } from './http/cors.ts'
import { openLimiter } from './http/rate-limit.ts'
import { mountErrors, mountRoutes, prepareApp } from './http/server.ts'
import { startScheduler } from './jobs/scheduler.ts'
import { embedAllMissing } from './knowledge/embed-passages.ts'
import { type Log, openLog } from './lib/log.ts'
import { SECOND } from './lib/time.ts'
import { modules } from './modules.ts'
import { openOutside } from './outside/outside.ts'
import { openConnections } from './realtime/connections.ts'
import { PING_EVERY, pingAll } from './realtime/sse.ts'
import { describeRoutes } from './reference/routes.ts'
import { settleKey } from './seals/key-check.ts'
import { acceptSockets, asksForSocket } from './sockets/upgrade.ts'
import { startBots } from './telegram/running/manager.ts'
import { prepareAssets } from './widget/assets.ts'

export type App = { ctx: Context; url: string; stop: () => Promise<void> }

const PATIENCE = 8 * SECOND // running answers get this long at a shutdown; systemd waits ten
const SWEEP_EVERY = SECOND // how soon a session ended elsewhere loses its streams

/** Opens everything a command needs, but no server. `overrides` are for tests. */
export async function openContext(config: Config, overrides: Partial<Context> = {}): Promise<Context> {
  const db = overrides.db ?? openDb(config)
  const log = overrides.log ?? openLog({ level: config.log_level })
  const ctx: Context = {
    config,
    db,
    log,
    now: () => Date.now(),
    bus: config.database_url ? openSharedBus(config.database_url, log) : openBus(),
    outside: openOutside(config),
    connections: openConnections(),
    subscriptions: modules.flatMap((module) => module.subscriptions ?? []),
    ...overrides,
  }
  await backUpBeforeMigration(ctx)
  await migrate(db as never)
  await settleKey(ctx)
  return ctx
}

/** Closes what `openContext` opened. */
export async function closeContext(ctx: Context): Promise<void> {
  await ctx.outside.close()
  await ctx.bus.close()
  await ctx.db.destroy()
}

/**
 * Starts the appliance: lock, database, routes, worker; resolves once everything answers. Throws ALREADY_RUNNING on a held data folder.
 * `stop` refuses new work, lets running answers end for some seconds, and closes; a kill at any moment loses no more than that.
 */
export async function startApp(config: Config, overrides: Partial<Context> & { log?: Log } = {}): Promise<App> {
  const lock = config.database_url || overrides.db ? { release: () => {} } : lockDataFolder(config)
  const ctx = await openContext(config, overrides)
  if (!config.database_url) await freeServerLeases(ctx)
  await prepareAssets()
  const server = serve(ctx)
  const url = await listen(server, config)
  await embedAllMissing(ctx)
  await wakeOutbox(ctx)
  const stopWorker = startWorker(ctx)
  const stopBots = startBots(ctx)
  const stopScheduler = await startScheduler(ctx)
  const timers = [setInterval(() => pingAll(ctx), PING_EVERY), setInterval(() => sweep(ctx), SWEEP_EVERY)]
  return {
    ctx,
    url,
    async stop() {
      for (const timer of timers) clearInterval(timer)
      server.close()
      await stopScheduler()
      await stopBots()
      await stopWorker(PATIENCE)
      ctx.connections.closeAll()
      server.closeAllConnections()
      await closeContext(ctx)
      lock.release()
    },
  }
}

function serve(ctx: Context): Server {
  describeRoutes(allRoutes)
  const app = prepareApp(ctx)
  app.use(allowWidgets)
  const limiter = openLimiter(ctx.config)
  mountRoutes(app, allRoutes(), { ctx, guards: { ...guards, site: siteGuard }, limiter })
  mountErrors(app, ctx)
  const server = createServer({ shouldUpgradeCallback: asksForSocket }, app)
  acceptSockets(server, app, { ctx, limiter })
  server.headersTimeout = 15 * SECOND // the default minute lets slow senders hold sockets
  server.keepAliveTimeout = 20 * SECOND
  return server
}

/** Every endpoint of the program, in the order of the table of contents. */
export function allRoutes() {
  return modules.flatMap((module) => module.routes ?? [])
}

function listen(server: Server, config: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, () => {
      const { port } = server.address() as AddressInfo
      const host = config.host.includes(':') ? `[${config.host}]` : config.host
      resolve(`http://${host}:${port}`)
    })
  })
}

function sweep(ctx: Context): void {
  closeEndedStreams(ctx).catch((err) => ctx.log.error({ err }, 'ended sessions could not be looked up'))
}
