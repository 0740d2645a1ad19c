import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { test } from 'node:test'

const src = join(import.meta.dirname, '..', 'src')
const GROUND = ['lib', 'config', 'db', 'outside', 'events', 'words', 'http']
// Pages and programs for the browser import nothing of the server; what starts things sees everything.
const HANDS = ['jobs', 'cli']
const TYPES_ONLY = ['context.ts', 'module.ts', 'errors.ts']
const MAX_LINES = 200

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
const folderOf = (file: string) => (file.includes('/') ? file.split('/')[0]! : '')
const textOf = (file: string) => readFileSync(join(src, file), 'utf8')

function importsOf(file: string): { to: string; isType: boolean }[] {
  const lines = textOf(file).matchAll(
    /^(?:import|export)\s+(type\s+)?[^'"]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'/gm,
  )
  return [...lines].map(([, type, from, bare]) => ({
    to: normalize(relative(src, join(src, dirname(file), from ?? bare!))),
    isType: Boolean(type),
  }))
}

function order(): string[] {
  const list = /modules: Module\[\] = \[([\s\S]*?)\]/.exec(textOf('modules.ts'))![1]!
  const domain = list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const whole = [...GROUND, ...domain, ...HANDS]
  // Folders without a module stand just above the first that uses them.
  whole.splice(whole.indexOf('llm'), 0, 'seals', 'backup')
  whole.splice(whole.indexOf('questions'), 0, 'parsing', 'retrieval')
  return whole
}

test('a folder imports only from folders above it', () => {
  const places = order()
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter(({ to, isType }) => {
        const [from, target] = [folderOf(file), folderOf(to)]
        if (from === '' || from === target || HANDS.includes(from) || from === 'web') return false
        if (target === '') return !TYPES_ONLY.includes(to)
        if (target === 'web') return false
        return isType ? false : places.indexOf(target) === -1 || places.indexOf(target) > places.indexOf(from)
      })
      .map(({ to }) => `${file} → ${to}`),
  )
  assert.deepEqual(wrong, [])
})

test('every folder has its place in the order', () => {
  const folders = [...new Set(files.map(folderOf))].filter((folder) => folder !== '' && folder !== 'web')
  assert.deepEqual(
    folders.filter((folder) => !order().includes(folder)),
    [],
  )
})

test("nobody reaches into another folder's store", () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter(({ to }) => /\/store\.ts$/.test(to) && folderOf(to) !== folderOf(file))
      .map(({ to }) => `${file} → ${to}`),
  )
  assert.deepEqual(wrong, [])
})

test('queries are written in stores, the database folder and the two search engines only', () => {
  const QUERY = /\.(selectFrom|insertInto|updateTable|deleteFrom)\(/
  const wrong = files.filter(
    (file) => QUERY.test(textOf(file)) && !/(^db\/|\/store\.ts$|^retrieval\/(sqlite|postgres)\.ts$)/.test(file),
  )
  assert.deepEqual(wrong, [])
})

test('only outside/ speaks to a network', () => {
  const NETWORK = /^import (?!type )[^\n]*from '(undici|ollama|nodemailer|node:net|node:tls|node:https)'|[^.\w]fetch\(/m
  // The parser's child imports the network only to switch it off.
  const wrong = files.filter(
    (file) => NETWORK.test(textOf(file)) && !/^(outside|web|cli)\/|^parsing\/child\.ts$/.test(file),
  )
  assert.deepEqual(wrong, [])
})

test('only config/ reads the environment', () => {
  const wrong = files.filter((file) => /process\.env/.test(textOf(file)) && !/^(config|cli)\//.test(file))
  assert.deepEqual(wrong, [])
})

test('a file is one thing: at most 200 lines', () => {
  // The table types are one list, read by looking up.
  const long = files.filter((file) => file !== 'db/schema.ts' && textOf(file).split('\n').length > MAX_LINES)
  assert.deepEqual(long, [])
})

test('a folder is one noun: at most a dozen files', () => {
  // Released migrations only grow in number.
  const counts = Map.groupBy(
    files.filter((file) => folderOf(file) !== 'web' && folderOf(file) !== 'cli' && dirname(file) !== 'db/migrations'),
    (file) => dirname(file),
  )
  const crowded = [...counts]
    // Migrations are a history: it only grows.
    .filter(([folder, inside]) => folder !== '.' && folder !== 'db/migrations' && inside.length > 12)
    .map(([folder]) => folder)
  assert.deepEqual(crowded, [])
})
