import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/config.ts'
import { makeSecretKey } from '../../src/config/secret-key.ts'
import type { Context } from '../../src/context.ts'
import { openLog } from '../../src/lib/log.ts'
import { type CompletionRequest, complete } from '../../src/llm/complete.ts'
import { addToken, type Token, type TokenDraft } from '../../src/llm/tokens.ts'
import { openHttp } from '../../src/outside/http.ts'
import { openOllama } from '../../src/outside/ollama.ts'
import { openOpenai } from '../../src/outside/openai.ts'
import { type FakeOllama, openFakeOllama } from '../helpers/fake-ollama.ts'
import { type FakeOpenai, openFakeOpenai } from '../helpers/fake-openai.ts'

export const KEY = 'sk-test-AAAABBBBCCCC1234'

export type Scene = AsyncDisposable & {
  ctx: Context
  openai: FakeOpenai
  ollama: FakeOllama
  /** Every line logged so far. */
  lines: string[]
  /** Moves the clock on by so many ms. */
  pass(ms: number): void
}

/** An appliance's context over the database of `base`, with both providers faked, a readable log and a clock that can be moved. */
export async function aScene(base: Context, flags: Record<string, string> = {}): Promise<Scene> {
  const [openai, ollama] = [await openFakeOpenai(), await openFakeOllama()]
  const data_dir = await mkdtemp(join(tmpdir(), 'replyx-llm-'))
  const urls = {
    'openai.base_url': openai.base_url,
    'yandex.base_url': `${openai.url}/yandex`,
    'ollama.url': ollama.url,
  }
  const config = loadConfig({ env: {}, flags: { data_dir, ...urls, 'yandex.folder': 'b1gfolder', ...flags } })
  makeSecretKey(config)
  const http = openHttp()
  const lines: string[] = []
  let ahead = 0
  const clients = {
    openai: openOpenai(http, { idle_ms: 300 }),
    ollama: openOllama(http, { base_url: ollama.url, parallel: config['ollama.parallel'] }),
  }
  const ctx = {
    ...base,
    config,
    outside: { ...base.outside, ...clients },
    now: () => Date.now() + ahead,
    log: openLog({ level: 'trace', to: { write: (line) => void lines.push(line) } }),
  }
  const close = async () => {
    await http.close()
    await Promise.all([openai[Symbol.asyncDispose](), ollama[Symbol.asyncDispose]()])
    await rm(data_dir, { recursive: true })
  }
  const pass = (ms: number) => {
    ahead += ms
  }
  return { ctx, openai, ollama, lines, pass, [Symbol.asyncDispose]: close }
}

/** Adds a key for gpt-4o; what matters to the test is named. */
export function aKey({ ctx }: Scene, over: Partial<TokenDraft> = {}): Promise<Token> {
  return addToken(ctx, {
    name: 'Primary',
    token: KEY,
    provider: 'openai',
    base_url: null,
    model_access: ['gpt-4o'],
    daily_limit: null,
    monthly_limit: null,
    priority: 1,
    is_active: true,
    notes: '',
    ...over,
  })
}

/** Asks gpt-4o within five seconds. */
export function ask({ ctx }: Scene, over: Partial<CompletionRequest> = {}) {
  return complete(ctx, {
    tenant_id: null,
    model: 'gpt-4o',
    turns: [{ role: 'user', content: 'Когда вы открыты?' }],
    deadline: ctx.now() + 5000,
    ...over,
  })
}

/** The usage rows, oldest first. */
export function usage({ ctx }: Scene) {
  return ctx.db.selectFrom('ai_usage').selectAll().orderBy('id').execute()
}
