import { z } from 'zod'
import { rawRoute } from '../http/route.ts'
import { health, poolSize } from './health.ts'

const Status = z.enum(['healthy', 'unhealthy'])
const SystemHealth = z
  .object({
    status: Status,
    timestamp: z.iso.datetime(),
    services: z.object({
      database: z.object({ status: Status, response_time: z.string(), pool_size: z.int() }),
      redis: z.object({ status: z.literal('not_used') }),
      sse: z.object({ status: Status, active_connections: z.int() }),
    }),
  })
  .meta({ id: 'SystemHealth' })

export const systemHealth = rawRoute({
  method: 'get',
  path: '/api/system/health',
  tag: 'Мониторинг',
  summary: 'Состояние системы; 503, когда база данных не отвечает',
  access: 'public',
  response: SystemHealth,
  raw: async ({ ctx }, _req, res) => {
    const { healthy, timestamp, database, streams } = await health(ctx)
    const status = healthy ? ('healthy' as const) : ('unhealthy' as const)
    const shown = SystemHealth.parse({
      status,
      timestamp,
      services: {
        database: { status, response_time: database.response_time, pool_size: poolSize(ctx) },
        redis: { status: 'not_used' },
        sse: { status: 'healthy', active_connections: streams },
      },
    })
    res.status(healthy ? 200 : 503).json(shown)
  },
})
