import type { Config } from '../config/config.ts'
import type { Context } from '../context.ts'
import { AppError, errors } from '../errors.ts'
import { SECOND } from '../lib/time.ts'
import { OutsideFailed, OutsideRefused } from '../outside/failures.ts'
import * as store from './store.ts'

export type Provider = 'builtin' | 'openai' | 'yandex' | 'ollama'

/** A model by the name our users choose; `model` is what its provider calls it; an answer costs the base price times `price_multiplier`. */
export type Model = { name: string; provider: Provider; model: string; label: string; price_multiplier: number }
export type ListedModel = Model & { is_available: boolean }

const LOCAL = 'ollama/'
const LOCAL_LIST_WAIT = 2 * SECOND // a local server answers in milliseconds or is not there

export const BUILTIN: Model = {
  name: 'builtin',
  provider: 'builtin',
  model: 'builtin',
  label: 'Встроенный (без внешней модели)',
  price_multiplier: 1,
}

// The multipliers follow what the models cost their users, rounded so that a price stays easy to say.
const CATALOGUE: Model[] = [
  BUILTIN,
  openai('gpt-4o-mini', 'GPT-4o mini', 1),
  openai('gpt-4o', 'GPT-4o', 2),
  openai('gpt-4', 'GPT-4', 4),
  openai('gpt-4-turbo', 'GPT-4 Turbo', 3),
  openai('gpt-3.5-turbo', 'GPT-3.5 Turbo', 1),
  yandex('yandexgpt', 'YandexGPT Pro', 2),
  yandex('yandexgpt-lite', 'YandexGPT Lite', 1),
]

// Kopecks for a million tokens in and out: the providers' price lists of summer 2025 at 90 ₽ a dollar. An estimate for the overview, never a bill.
const COSTS: Record<string, [input: number, output: number]> = {
  'gpt-4o-mini': [1_350, 5_400],
  'gpt-4o': [22_500, 90_000],
  'gpt-4': [270_000, 540_000],
  'gpt-4-turbo': [90_000, 270_000],
  'gpt-3.5-turbo': [4_500, 13_500],
  yandexgpt: [120_000, 120_000],
  'yandexgpt-lite': [20_000, 20_000],
}

/** The model of this name: from the catalogue, a local one (`ollama/…`), or one that an active key gives access to. */
export async function findModel(ctx: Pick<Context, 'db'>, name: string): Promise<Model | undefined> {
  const known = CATALOGUE.find((model) => model.name === name)
  if (known) return known
  if (isLocalName(name)) return local(name.slice(LOCAL.length))
  return (await modelsOfKeys(ctx)).find((model) => model.name === name)
}

/** The model of this name; VALIDATION_ERROR with the names there are in details when there is none. */
export async function assertModel(ctx: Pick<Context, 'db'>, name: string, field = 'ai_model'): Promise<Model> {
  const model = await findModel(ctx, name)
  if (model) return model
  const models = [...CATALOGUE, ...(await modelsOfKeys(ctx))].map((one) => one.name)
  throw new AppError('VALIDATION_ERROR', 422, errors.VALIDATION_ERROR.texts, {
    field,
    issue: `нет такой модели; есть: ${models.join(', ')}, ${LOCAL}<имя>`,
    models,
  })
}

/** Every model that can be named, and whether it can answer now as far as keys and the local server tell. */
export async function listModels(ctx: Context): Promise<ListedModel[]> {
  const [keys, locals] = await Promise.all([modelsOfKeys(ctx), localModels(ctx)])
  const served = new Set(keys.map((model) => model.name))
  const others = keys.filter((model) => !CATALOGUE.some((known) => known.name === model.name))
  return [
    ...[...CATALOGUE, ...others].map((model) => ({
      ...model,
      is_available: model === BUILTIN || served.has(model.name),
    })),
    ...locals.map((model) => ({ ...model, is_available: true })),
  ]
}

/** By how much an answer of this model costs more than the base price; models outside the catalogue cost just that. */
export function priceMultiplierOf(name: string): number {
  return CATALOGUE.find((model) => model.name === name)?.price_multiplier ?? 1
}

/** The catalogue's models with what an answer of each costs beside the base price. */
export function priceMultipliers(): Pick<Model, 'name' | 'label' | 'price_multiplier'>[] {
  return CATALOGUE.map(({ name, label, price_multiplier }) => ({ name, label, price_multiplier }))
}

/** What a provider calls a model of ours: Yandex wants a URI with the folder. */
export function nameAtProvider(config: Config, provider: Provider, name: string): string {
  if (provider !== 'yandex' || name.includes('://')) return name
  const scheme = name.startsWith('text-search-') ? 'emb' : 'gpt'
  return `${scheme}://${config['yandex.folder'] ?? ''}/${name}/latest`
}

/** The estimated cost of one call in kopecks; 0 for a local model, null when tokens or price are unknown. */
export function costOf(model: Model, prompt_tokens: number | null, completion_tokens: number | null): number | null {
  if (model.provider === 'ollama') return 0
  const price = COSTS[model.name]
  if (!price || prompt_tokens === null || completion_tokens === null) return null
  return Math.round((price[0] * prompt_tokens + price[1] * completion_tokens) / 1_000_000)
}

/** Whether a name means a model of the local server. */
export function isLocalName(name: string): boolean {
  return /^ollama\/[\w.:/-]{1,100}$/.test(name)
}

async function modelsOfKeys({ db }: Pick<Context, 'db'>): Promise<Model[]> {
  const models = new Map<string, Model>()
  for (const token of await store.activeTokens(db)) {
    for (const name of JSON.parse(token.model_access) as string[]) {
      const known = CATALOGUE.find((model) => model.name === name)
      if (!models.has(name)) models.set(name, known ?? named(name, token.provider))
    }
  }
  return [...models.values()]
}

async function localModels(ctx: Context): Promise<Model[]> {
  try {
    const found = await ctx.outside.ollama.listModels(AbortSignal.timeout(LOCAL_LIST_WAIT))
    return found.map((model) => local(model.name.replace(/:latest$/, '')))
  } catch (error) {
    // Most appliances have no local server: that is an empty list, not a fault.
    if (error instanceof OutsideFailed || error instanceof OutsideRefused) return []
    throw error
  }
}

function local(model: string): Model {
  return { name: LOCAL + model, provider: 'ollama', model, label: `${model} (Ollama)`, price_multiplier: 1 }
}

function openai(name: string, label: string, price_multiplier: number): Model {
  return { name, provider: 'openai', model: name, label, price_multiplier }
}

function yandex(name: string, label: string, price_multiplier: number): Model {
  return { name, provider: 'yandex', model: name, label, price_multiplier }
}

function named(name: string, provider: Provider): Model {
  return { name, provider, model: name, label: name, price_multiplier: 1 }
}
