import type { Context } from '../context.ts'
import type { ChatAnswer, ChatTurn } from '../outside/answers.ts'
import { type Cause, errors } from './errors.ts'
import { type Attempt, type Terms, throughRoutes, type Want } from './failover.ts'
import { BUILTIN, costOf, findModel } from './models.ts'
import type { Route } from './pool.ts'

export type { Attempt }

export type CompletionRequest = {
  tenant_id: number | null
  model: string
  turns: ChatTurn[]
  /** Epoch ms by which all is over, waiting and retries included. */
  deadline: number
  max_tokens?: number
  temperature?: number
  /** Hears each piece with its place in the text; offset 0 again means a new attempt: forget what came before. */
  onText?: (piece: string, offset: number) => void
  signal?: AbortSignal
}
export type Completion = {
  text: string
  model: string
  provider: Route['provider']
  token_id: number | null
  prompt_tokens: number | null
  completion_tokens: number | null
  /** Kopecks, estimated; null when unknown. */
  cost: number | null
  /** `length` when the text was cut by `max_tokens`. */
  finish_reason: string
  ms: number
  first_token_ms: number | null
  attempts: Attempt[]
}

/**
 * Answers with a model, over at most three calls and never past the deadline; every call is counted and recorded.
 * Throws AI_PROVIDER_UNAVAILABLE, AI_TOKEN_LIMIT_EXCEEDED or AI_REQUEST_TIMEOUT (details: `attempts`), or the signal's reason. A repeat asks and costs anew.
 */
export async function complete(ctx: Context, request: CompletionRequest): Promise<Completion> {
  if (request.model === BUILTIN.name) throw new Error('the embedded engine is not a model to be called')
  const model = await findModel(ctx, request.model)
  if (!model) throw errors.AI_PROVIDER_UNAVAILABLE({ attempts: [] })
  const begun = ctx.now()
  let first_token_ms: number | null = null
  const want: Want<ChatAnswer> = { ...request, model, purpose: 'chat', judge: judgeAnswer }
  const { answer, attempts, route } = await throughRoutes(ctx, want, (route, terms) => {
    let offset = 0
    first_token_ms = null
    return chat(ctx, route, {
      ...request,
      ...terms,
      onText: (piece: string) => {
        first_token_ms ??= ctx.now() - begun
        request.onText?.(piece, offset)
        offset += piece.length
      },
    })
  })
  const { provider, token } = route
  const cost = costOf(model, answer.prompt_tokens, answer.completion_tokens)
  const origin = { model: model.name, provider, token_id: token?.id ?? null }
  return { ...answer, ...origin, cost, ms: ctx.now() - begun, first_token_ms, attempts }
}

type ChatTerms = Omit<CompletionRequest, 'onText'> & Terms & { onText: (piece: string) => void }

function chat(
  ctx: Context,
  route: Route,
  { turns, max_tokens, temperature, ...terms }: ChatTerms,
): Promise<ChatAnswer> {
  const { signal, first_ms, onText } = terms
  const request = { model: route.model, turns, max_tokens, temperature, signal, first_ms, onText }
  if (route.provider === 'ollama') return ctx.outside.ollama.chat(request)
  const { base_url, key, headers } = route
  return ctx.outside.openai.chat({ ...request, base_url, key, headers })
}

function judgeAnswer({ text, finish_reason }: ChatAnswer): Cause | null {
  if (finish_reason === 'content_filter') return 'content_filter'
  if (text.trim() !== '') return null
  return finish_reason === 'length' ? 'no_room' : 'empty'
}
