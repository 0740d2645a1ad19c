import { type Logger, pino } from 'pino'

export type Log = Logger

// Fields that carry secrets wherever they appear; the allow-list habit (log ids, not objects) is the first defence, this is the second.
const SECRET_FIELDS = [
  'password',
  'token',
  'access_token',
  'refresh_token',
  'visitor_token',
  'site_token',
  'authorization',
  'cookie',
  'key',
  'secret',
  'ticket',
]
const SECRET_QUERY = /([?&](?:token|site_token|visitor_token|ticket|key|code)=)[^&\s"]+/gi

/** One JSON line per event on stderr (stdout stays for a command's own answer); secrets never reach a line. */
export function openLog(options: { level: string; to?: 'stdout' | 'stderr' | { write(line: string): void } }): Log {
  const { level, to = 'stderr' } = options
  const stream = typeof to === 'string' ? pino.destination({ fd: to === 'stdout' ? 1 : 2, sync: true }) : to
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '•••' },
      serializers: { err: safeError },
    },
    stream,
  )
}

/** A URL or sentence without the secrets that queries may carry. */
function withoutSecrets(text: string): string {
  return text.replace(SECRET_QUERY, '$1•••')
}

function safeError(error: Error): object {
  const { code, cause } = error as Error & { code?: string }
  return {
    type: error.name,
    message: withoutSecrets(String(error.message)),
    code,
    stack: withoutSecrets(String(error.stack)),
    cause: cause instanceof Error ? safeError(cause) : undefined,
  }
}
