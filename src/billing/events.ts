import { z } from 'zod'
import { event } from '../events/event.ts'

const Money = z.object({ tenant_id: z.int(), balance: z.int(), at: z.int() })
const stream = ({ tenant_id }: { tenant_id: number }) => `balance:${tenant_id}`

/** The balance fell below the threshold; once each time it does. All sums are kopecks. */
export const balanceLow = event('balance.low', Money.extend({ threshold: z.int() }), stream)

/** An answer could not be paid, for the first time since the last credit. All sums are kopecks. */
export const balanceEmpty = event('balance.empty', Money.extend({ price: z.int() }), stream)
