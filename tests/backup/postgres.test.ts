import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { verifyBackup } from '../../src/backup/inspect.ts'
import { restoreBackup } from '../../src/backup/restoring/restore.ts'
import { loadConfig } from '../../src/config/config.ts'
import { postgresPrograms, startPostgres } from '../helpers/real-postgres.ts'
import { aShop, restoreTo, SAID } from './shop.ts'

const skip = postgresPrograms ? false : 'no Postgres server is installed here (CI installs one)'

test('a shop on Postgres is backed up and restored into an empty database, never into a used one', {
  skip,
}, async () => {
  await using server = await startPostgres()
  await using shop = await aShop({ database_url: server.url })
  const file = await shop.backUp('one.tar.gz', { with_key: true })
  const { engine, counts } = await verifyBackup(file, { data_dir: shop.config.data_dir })
  assert.deepEqual([engine, counts.messages, counts.attachments], ['postgres', 1, 1])

  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query('create database other')
  await admin.end()
  const other = server.url.replace(/postgres$/, 'other')
  const restore = (url: string, name: string) =>
    restoreBackup(loadConfig({ env: {}, flags: { data_dir: shop.at(name), database_url: url } }), file, {})
  await assert.rejects(restore(server.url, 'used'), { code: 'DATABASE_IN_USE' })
  await assert.rejects(restoreTo(shop, file), { code: 'OTHER_ENGINE' })
  assert.equal((await restore(other, 'restored')).key.state, 'fits')

  const reader = new pg.Client({ connectionString: other })
  await reader.connect()
  assert.deepEqual((await reader.query('select text from messages')).rows, [{ text: SAID }])
  assert.deepEqual((await reader.query('select * from sessions')).rows, [])
  await reader.end()

  const path = process.env.PATH
  process.env.PATH = '/nowhere'
  await assert.rejects(shop.backUp('two.tar.gz'), {
    code: 'POSTGRES_TOOL_FAILED',
    message: /install postgresql-client/,
  })
  process.env.PATH = path
})
