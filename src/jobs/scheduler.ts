import Bree from 'bree'
import type { Context } from '../context.ts'
import { entryPath } from '../lib/entry.ts'

/** Runs the nightly jobs, each in a thread of its own (bree); a job that fails is logged and runs again the next night. */
export async function startScheduler(ctx: Context): Promise<() => Promise<void>> {
  // A thread reads its own settings; the folder says where they are.
  const flags = { data_dir: ctx.config.data_dir }
  const bree = new Bree({
    root: false,
    logger: false,
    errorHandler: (err: unknown, about: { name: string }) =>
      ctx.log.error({ err, job: about.name }, 'a nightly job failed'),
    // Half past three: the shops sleep, and it is not the hour that clock changes skip or repeat.
    jobs: [
      {
        name: 'clean-up',
        path: entryPath('jobs/nightly/clean-up'),
        cron: '30 3 * * *',
        worker: { workerData: { flags } },
      },
      {
        name: 'reconcile-payments',
        path: entryPath('jobs/nightly/reconcile-payments'),
        cron: '40 3 * * *',
        worker: { workerData: { flags } },
      },
      {
        name: 'back-up',
        path: entryPath('jobs/nightly/back-up'),
        cron: '50 3 * * *',
        worker: { workerData: { flags } },
      },
    ],
  })
  await bree.start()
  return () => bree.stop()
}
