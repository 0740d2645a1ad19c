import { z } from 'zod'
import { route } from '../http/route.ts'
import { streamStats } from './stats.ts'

const StreamStats = z
  .object({
    total_connections: z.int(),
    connections_by_type: z.object({ admin: z.int(), widget: z.int(), site: z.int() }),
    average_duration: z.string().meta({ description: 'ЧЧ:ММ:СС', example: '00:15:30' }),
    events_sent_today: z.int(),
  })
  .meta({ id: 'StreamStats' })

export const sseStats = route({
  method: 'get',
  path: '/api/sse/stats',
  tag: 'События',
  summary: 'Статистика SSE-соединений',
  access: 'admin',
  response: StreamStats,
  handler: ({ ctx }) => streamStats(ctx),
})
