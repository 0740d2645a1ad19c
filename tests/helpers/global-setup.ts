import { engines } from './engines.ts'
import { postgresPrograms, startServerForTests } from './real-postgres.ts'

let server: Awaited<ReturnType<typeof startServerForTests>> | undefined

/** One Postgres server for the whole run, where one is installed; each test gets a database of its own on it. */
export async function globalSetup(): Promise<void> {
  if (!postgresPrograms || !engines.includes('postgres')) return
  server = await startServerForTests()
  process.env.TEST_POSTGRES_URL = server.url
}

/** Ends it. */
export async function globalTeardown(): Promise<void> {
  await server?.[Symbol.asyncDispose]()
}
