import { workerData } from 'node:worker_threads'
import { closeContext, openContext } from '../app.ts'
import { loadConfig } from '../config/config.ts'
import type { Context } from '../context.ts'

/** Runs a job's work with a context of this thread's own, closed afterwards. */
export async function inThread(work: (ctx: Context) => Promise<void>): Promise<void> {
  const { flags } = workerData as { flags: Record<string, string | undefined> }
  const ctx = await openContext(loadConfig({ flags }))
  try {
    await work(ctx)
  } finally {
    await closeContext(ctx)
  }
}
