import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

// Loaded into the measured server with --import: watches its event loop and writes what it saw when told to.
const RESOLUTION = 5
const loop = monitorEventLoopDelay({ resolution: RESOLUTION })
loop.enable()
process.on('SIGUSR2', () => {
  const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION)
  const memory = process.memoryUsage()
  writeFileSync(
    process.env.LOOP_PROBE_FILE,
    JSON.stringify({
      max: ms(loop.max),
      p99: ms(loop.percentile(99)),
      p50: ms(loop.percentile(50)),
      rss: memory.rss,
      heap: memory.heapUsed,
    }),
  )
  loop.reset()
})
