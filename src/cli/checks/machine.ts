import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { Config } from '../../config/config.ts'
import { secretKeyFile } from '../../config/secret-key.ts'
import { SECOND } from '../../lib/time.ts'
import { askHealth, mayBeRunning, serverUrl } from '../steps/neighbour.ts'
import { fail, ok, type Verdict, warn } from './check.ts'

const GIGABYTE = 1024 ** 3
const LITTLE = 0.2 // GB: below that a WAL that grows in an import may not fit
const OTHERS = 0o077 // permission bits of group and everybody

/** Whether this Node can run the program. */
export function node(): Verdict {
  const major = Number(process.versions.node.split('.')[0])
  return major >= 24
    ? ok(`Node ${process.version}`, `Node ${process.version}`)
    : fail(`нужен Node 24, это ${process.version}`, `Node 24 is needed, this is ${process.version}`)
}

/** Whether the data folder is there, ours to write, and closed to others. */
export function dataFolder({ data_dir }: Config): Verdict {
  if (!existsSync(data_dir))
    return fail(`папки ${data_dir} нет: replyx setup`, `the folder ${data_dir} is not there: replyx setup`)
  try {
    accessSync(data_dir, constants.W_OK | constants.X_OK)
  } catch {
    return fail(`в ${data_dir} нельзя писать`, `${data_dir} cannot be written to`)
  }
  if (statSync(data_dir).mode & OTHERS)
    return warn(`${data_dir} открыта другим: chmod 700`, `${data_dir} is open to others: chmod 700`)
  return ok(data_dir, data_dir)
}

/** Whether there is room to grow. */
export function disk({ data_dir }: Config): Verdict {
  const { bavail, bsize } = statfsSync(data_dir)
  const free = (bavail * bsize) / GIGABYTE
  const said = [`свободно ${free.toFixed(1)} ГБ`, `${free.toFixed(1)} GB free`] as const
  if (free < LITTLE) return fail(...said)
  return free < 1 ? warn(...said) : ok(...said)
}

/** Whether the key that seals secrets is for our eyes only. */
export function secretKey(config: Config): Verdict {
  const path = secretKeyFile(config)
  if (!existsSync(path))
    return warn(`${path} ещё нет, появится при первом запуске`, `${path} is not there yet, the first start makes it`)
  if (statSync(path).mode & OTHERS)
    return fail(`${path} читают другие: chmod 600`, `${path} can be read by others: chmod 600`)
  return ok(path, path)
}

/** Whether the server answers, or its port is free for it. */
export async function server(config: Config): Promise<Verdict> {
  const url = serverUrl(config)
  const health = mayBeRunning(config) ? await askHealth(url) : undefined
  if (health)
    return health.status === 'healthy'
      ? ok(`работает: ${url}`, `it works: ${url}`)
      : fail(`нездоров: ${url}`, `unhealthy: ${url}`)
  if (!config.database_url && mayBeRunning(config))
    return fail(`держит папку, но молчит: ${url}`, `holds the folder but is silent: ${url}`)
  const taken = await whyNotFree(config)
  if (taken === undefined)
    return ok(`не запущен, порт ${config.port} свободен`, `not running, port ${config.port} is free`)
  return fail(
    `не запущен, порт ${config.port} недоступен: ${taken}`,
    `not running, port ${config.port} is not available: ${taken}`,
  )
}

/** Whether what is said about proxies fits together. */
export function proxies({ public_url, trusted_proxies, host }: Config): Verdict {
  if (public_url && !trusted_proxies && isLocal(host))
    return warn(
      'public_url задан, а trusted_proxies нет: все посетители будут с одного адреса',
      'public_url is set but trusted_proxies is not: all visitors will share one address',
    )
  if (trusted_proxies && !public_url)
    return warn(
      'trusted_proxies задан, а public_url нет: тег виджета укажет не туда',
      'trusted_proxies is set but public_url is not: the widget tag will point elsewhere',
    )
  if (!isLocal(host) && !public_url?.startsWith('https:'))
    return warn(
      `слушает ${host} без https: поставьте впереди Caddy или nginx`,
      `listens on ${host} without https: put Caddy or nginx in front`,
    )
  return ok(public_url ?? 'только эта машина', public_url ?? 'this machine only')
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

// Somebody may listen on another address of the same port, which a trial of our own would not notice.
async function whyNotFree({ host, port }: Config): Promise<string | undefined> {
  if (port === 0) return undefined
  return (await tryListen(host, port)) ?? ((await answers(port)) ? 'EADDRINUSE' : undefined)
}

function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const trial = createServer()
    trial.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    trial.listen(port, host, () => trial.close(() => resolve(undefined)))
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: SECOND })
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
}
