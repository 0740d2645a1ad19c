import type { Response } from 'express'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { Config } from '../config/config.ts'
import { errors } from '../errors.ts'
import type { LimitName } from './route.ts'

export type Limiter = { take: (res: Response, name: LimitName, key: string) => Promise<void> }

/** Counts requests in memory by limit and key. `take` writes the X-RateLimit headers of the tightest limit so far and throws RATE_LIMIT_EXCEEDED when one is used up. */
export function openLimiter(config: Config): Limiter {
  const buckets = new Map<LimitName, RateLimiterMemory>()
  const bucketOf = (name: LimitName) => {
    const { points, seconds } = config[`limits.${name}`]
    const bucket = buckets.get(name) ?? new RateLimiterMemory({ points, duration: seconds })
    buckets.set(name, bucket)
    return bucket
  }
  return {
    async take(res, name, key) {
      const { points } = config[`limits.${name}`]
      const state = await bucketOf(name)
        .consume(key)
        .catch((refusal: RateLimiterRes | Error) => {
          if (refusal instanceof Error) throw refusal
          tell(res, points, refusal)
          throw errors.RATE_LIMIT_EXCEEDED({ limit: points, retry_after: Math.ceil(refusal.msBeforeNext / 1000) })
        })
      const tightest = res.getHeader('X-RateLimit-Remaining')
      if (tightest === undefined || state.remainingPoints <= Number(tightest)) tell(res, points, state)
    },
  }
}

function tell(res: Response, limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes): void {
  res.setHeader('X-RateLimit-Limit', limit)
  res.setHeader('X-RateLimit-Remaining', Math.max(0, remainingPoints))
  res.setHeader('X-RateLimit-Reset', Math.ceil((Date.now() + msBeforeNext) / 1000))
}
