/** They said no: the HTTP status, their machine-readable code if it is a harmless word, and how long they asked us to wait. */
export class OutsideRefused extends Error {
  readonly system: string
  readonly status: number
  readonly code: string | null
  readonly retry_after_ms: number | null
  constructor(system: string, answer: { status: number; code?: string | null; retry_after_ms?: number | null }) {
    super(`${system} refused with ${answer.status}${answer.code ? ` ${answer.code}` : ''}`)
    this.name = 'OutsideRefused'
    this.system = system
    this.status = answer.status
    this.code = answer.code ?? null
    this.retry_after_ms = answer.retry_after_ms ?? null
  }
}

/**
 * Why we have no answer. `network`: no connection, or a broken one. `timeout`: silence. `aborted`: our caller gave up.
 * `cut`: the answer ended too early. `garbage`: not what was promised. `too_large`: more than we accept.
 */
export type FailureReason = 'network' | 'timeout' | 'aborted' | 'cut' | 'garbage' | 'too_large'

/** We never heard a usable answer. The message holds nothing of what was sent or received. */
export class OutsideFailed extends Error {
  readonly system: string
  readonly reason: FailureReason
  constructor(system: string, reason: FailureReason, cause?: unknown) {
    super(`${system} failed: ${reason}`, cause === undefined ? undefined : { cause })
    this.name = 'OutsideFailed'
    this.system = system
    this.reason = reason
  }
}
