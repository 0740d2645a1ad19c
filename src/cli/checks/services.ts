import { listAssistants } from '../../assistants/assistants.ts'
import { SECOND } from '../../lib/time.ts'
import { embedder, embedPassages } from '../../llm/embed.ts'
import { isLocalName } from '../../llm/models.ts'
import { listTokens } from '../../llm/tokens.ts'
import { fail, ok, type Patient, type Verdict, warn } from './check.ts'

const ALL = { limit: 10_000, offset: 0 }

/** Whether uploads are looked at by a virus scanner, and it answers. */
export async function virusCheck({ ctx, config }: Patient): Promise<Verdict> {
  if (!ctx.outside.clamd)
    return warn(
      'clamd не настроен: только встроенные проверки (clamd.socket)',
      'clamd is not configured: built-in checks only (clamd.socket)',
    )
  const socket = config['clamd.socket']!
  return ctx.outside.clamd.ping().then(
    () => ok(`clamd отвечает: ${socket}`, `clamd answers: ${socket}`),
    () =>
      fail(
        `clamd не отвечает: ${socket}; файлы не принимаются`,
        `clamd does not answer: ${socket}; no file is accepted`,
      ),
  )
}

/** Whether text can be turned into vectors, if that is wanted. */
export async function embedding({ ctx }: Patient): Promise<Verdict> {
  const by = embedder(ctx)
  if (!by) return ok('не задан: ищем по словам', 'not set: words are searched')
  const name = `${by.model.provider} ${by.model.name}`
  if (await embedPassages(ctx, ['проверка'])) return ok(`${name} отвечает`, `${name} answers`)
  return warn(
    `${name} не отвечает: пока ищем только по словам`,
    `${name} does not answer: words alone are searched for now`,
  )
}

/** Whether the local model server is there, if anybody needs it. */
export async function ollama({ ctx, config }: Patient): Promise<Verdict> {
  const assistants = await listAssistants(ctx, undefined, ALL)
  const isNeeded = config['embedder.provider'] === 'ollama' || assistants.some((one) => isLocalName(one.ai_model))
  const url = config['ollama.url']
  return ctx.outside.ollama.listModels(AbortSignal.timeout(2 * SECOND)).then(
    (models) => ok(`${url}: моделей ${models.length}`, `${url}: ${models.length} models`),
    () =>
      isNeeded
        ? warn(
            `${url} не отвечает: вместо него отвечает встроенный`,
            `${url} does not answer: the built-in engine does`,
          )
        : ok('не найден и не нужен', 'not found and not needed'),
  )
}

/** Whether provider keys work, as far as their last use tells. */
export async function providerKeys({ ctx }: Patient): Promise<Verdict> {
  const { rows } = await listTokens(ctx, ALL)
  const parked = rows.filter((one) => one.is_active && one.parked_reason !== null)
  if (parked.length === 0) return ok(`ключей: ${rows.length}`, `keys: ${rows.length}`)
  const said = parked.map((one) => `${one.name} (${one.parked_reason})`).join(', ')
  return warn(`отдыхают: ${said}`, `parked: ${said}`)
}

/** Whether owners can pay for what they are charged, and whether the bank's notices find us. */
export async function payments({ ctx, config }: Patient): Promise<Verdict> {
  if (!ctx.outside.tbank)
    return config['billing.enabled']
      ? warn(
          'ответы платные, а терминал не задан (tbank.terminal_key)',
          'answers are paid, but no terminal is set (tbank.terminal_key)',
        )
      : ok('не нужны: ответы бесплатны', 'not needed: answers are free')
  if (!config.public_url?.startsWith('https://'))
    return warn(
      'без public_url с https уведомления банка не дойдут: платежи зачислятся, когда банк спросят (через 3 минуты и позже)',
      "without a public_url with https the bank's notices find no way: payments count when the bank is asked (after 3 minutes and later)",
    )
  return ok(`терминал ${ctx.outside.tbank.terminal_key}`, `terminal ${ctx.outside.tbank.terminal_key}`)
}
