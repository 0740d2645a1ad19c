import { type Config, loadConfig } from '../config/config.ts'
import { AppError } from '../errors.ts'
import { openLog } from '../lib/log.ts'
import { backups } from './checks/backups.ts'
import type { Check, Patient, Status, Verdict } from './checks/check.ts'
import * as data from './checks/data.ts'
import * as letters from './checks/letters.ts'
import * as machine from './checks/machine.ts'
import * as services from './checks/services.ts'
import { type Answer, command, type Globals, type Said } from './shell/command.ts'
import { paint } from './shell/output.ts'

type Say = (...said: Said) => string
type Step = readonly [name: string, look: () => Verdict | Promise<Verdict>]

const MARKS: Record<Status, readonly ['green' | 'yellow' | 'red', string]> = {
  ok: ['green', '✓'],
  warn: ['yellow', '!'],
  fail: ['red', '✗'],
}

export const doctor = command({
  usage: 'doctor',
  about: ['проверить, всё ли в порядке; код 1, если нет', 'check that all is well; code 1 if not'],
  example: 'replyx doctor --json',
  needs: 'nothing',
  run: async ({ globals, say }) => {
    const checks = await examine(globals, say)
    const isWell = checks.every(({ status }) => status !== 'fail')
    return { data: { ok: isWell, checks }, text: report(checks, isWell, say), exit: isWell ? 0 : 1 } satisfies Answer
  },
})

// Each group needs the one before it; what cannot be looked at is not reported as well.
async function examine({ data_dir }: Globals, say: Say): Promise<Check[]> {
  let config: Config | undefined
  const first = await look(say, [
    ['node', machine.node],
    [
      'settings',
      () => {
        config = loadConfig({ flags: { data_dir } })
        return ['ok', 'прочитаны', 'read']
      },
    ],
  ])
  if (!config) return first
  const settled = config
  const machines = await look(say, [
    ['data_folder', () => machine.dataFolder(settled)],
    ['server', () => machine.server(settled)],
    ['proxies', () => machine.proxies(settled)],
  ])
  if (machines[0]!.status === 'fail') return [...first, ...machines]
  const base = await look(say, [
    ['disk', () => machine.disk(settled)],
    ['secret_key', () => machine.secretKey(settled)],
    ['database', () => data.database(settled)],
  ])
  const before = [...first, ...machines, ...base]
  if (base.at(-1)!.status === 'fail') return before
  const stored = await look(say, [
    ['durability', () => data.durability(settled)],
    ['migrations', () => data.migrations(settled)],
  ])
  if (stored.some(({ status }) => status === 'fail')) return [...before, ...stored]
  return [...before, ...stored, ...(await withPatient(settled, (patient) => look(say, inside(patient))))]
}

function inside(patient: Patient): Step[] {
  return [
    ['admin', () => data.admin(patient)],
    ['documents', () => data.documents(patient)],
    ['tasks', () => data.tasks(patient)],
    ['virus_check', () => services.virusCheck(patient)],
    ['embedder', () => services.embedding(patient)],
    ['ollama', () => services.ollama(patient)],
    ['provider_keys', () => services.providerKeys(patient)],
    ['payments', () => services.payments(patient)],
    ['email', () => letters.letters(patient)],
    ['backups', () => backups(patient)],
  ]
}

async function look(say: Say, steps: Step[]): Promise<Check[]> {
  const checks: Check[] = []
  for (const [name, see] of steps) {
    const [status, ru, en] = await verdictOf(see)
    checks.push({ name, status, message: say(ru, en) })
  }
  return checks
}

async function verdictOf(see: Step[1]): Promise<Verdict> {
  try {
    return await see()
  } catch (error) {
    if (error instanceof AppError) return ['fail', error.texts.ru, error.texts.en]
    const message = error instanceof Error ? error.message : String(error)
    return ['fail', message, message]
  }
}

async function withPatient<T>(config: Config, work: (patient: Patient) => Promise<T>): Promise<T> {
  const { openContext, closeContext } = await import('../app.ts')
  const ctx = await openContext(config, { log: openLog({ level: 'silent' }) })
  try {
    return await work({ config, ctx })
  } finally {
    await closeContext(ctx)
  }
}

function report(checks: Check[], isWell: boolean, say: Say): string {
  const width = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.map(({ name, status, message }) => {
    const [colour, mark] = MARKS[status]
    return `${paint(colour, mark)} ${name.padEnd(width)}  ${message}`
  })
  const end = isWell
    ? say('Всё работает.', 'All is well.')
    : say('Есть неполадки, отмечены ✗.', 'There are faults, marked with ✗.')
  return [...lines, '', end].join('\n')
}
