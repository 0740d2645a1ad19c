import Bree from 'bree'
import type { Context } from '../context.ts'
import { entryPath } from '../lib/entry.ts'

// From half past three: the shops sleep, and it is not the hour that clock changes skip or repeat.
const NIGHTLY = { 'clean-up': '30 3 * * *', 'reconcile-payments': '40 3 * * *', 'back-up': '50 3 * * *' }

/** Runs the nightly jobs, each in a thread of its own (bree); a job that fails is logged and runs again the next night. */
export async function startScheduler(ctx: Context): Promise<() => Promise<void>> {
  // A thread reads its own settings; the folder says where they are.
  const flags = { data_dir: ctx.config.data_dir }
  const bree = new Bree({
    root: false,
    logger: false,
    errorHandler: (err: unknown, about: { name: string }) =>
      ctx.log.error({ err, job: about.name }, 'a nightly job failed'),
    jobs: Object.entries(NIGHTLY).map(([name, cron]) => ({
      ...{ name, cron },
      path: entryPath(`jobs/nightly/${name}`),
      worker: { workerData: { flags } },
    })),
  })
  await bree.start()
  return () => bree.stop()
}
