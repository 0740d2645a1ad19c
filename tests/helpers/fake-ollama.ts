import { setTimeout as after } from 'node:timers/promises'
import { type FakeServer, openFake, type Step, sendJson, vectorOf } from './fake-openai.ts'

export type FakeOllama = FakeServer & { models: string[] }

/** A local Ollama on a free port: chats token by token, embeds, lists and pulls models, and fails as told. */
export async function openFakeOllama(models: string[] = ['llama3.2:latest', 'bge-m3:latest']): Promise<FakeOllama> {
  const healthy: Step = (res, seen) => {
    if (seen.path === '/api/tags') return sendJson(res, 200, { models: models.map((name) => ({ name, size: 1_000 })) })
    if (seen.path === '/api/embed') return embedsLocally()(res, seen)
    if (seen.path === '/api/pull') return pulls(models)(res, seen)
    return saysLocally('Ответ готов.')(res, seen)
  }
  return Object.assign(await openFake(healthy), { models })
}

export type SaysLocallyOptions = { counts?: boolean; done?: boolean; pause_ms?: number; split_bytes?: boolean }

/** Streams a text as JSON lines, one word a line, and ends well. */
export function saysLocally(text: string, options: SaysLocallyOptions = {}): Step {
  const { counts = true, done = true, pause_ms = 0 } = options
  const lines: object[] = (text.match(/\s*\S+/gu) ?? []).map((content) => part(content))
  const last = { ...part(''), done: true, done_reason: 'stop' }
  if (done) lines.push(counts ? { ...last, prompt_eval_count: 12, eval_count: 5 } : last)
  return streams(lines, { pause_ms, split_bytes: options.split_bytes ?? false })
}

/** Streams a text and then an error line, all with status 200. */
export function breaksAfter(text: string, error: string): Step {
  return streams([part(text), { error }])
}

/** Refuses as Ollama does. */
export function refusesLocally(status: number, error: string): Step {
  return (res) => sendJson(res, status, { error })
}

/** Embeds as the OpenAI double does; `change` spoils the rows. */
export function embedsLocally(change: (rows: unknown[]) => unknown[] = (rows) => rows): Step {
  return (res, seen) => sendJson(res, 200, { embeddings: change((seen.body.input as string[]).map(vectorOf)) })
}

/** Streams JSON lines. */
export function streams(lines: object[], options: { pause_ms?: number; split_bytes?: boolean } = {}): Step {
  return async (res) => {
    res.writeHead(200, { 'content-type': 'application/x-ndjson' })
    for (const line of lines) {
      const text = `${JSON.stringify(line)}\n`
      const pieces = options.split_bytes ? [...Buffer.from(text)].map((byte) => Buffer.of(byte)) : [text]
      for (const piece of pieces) {
        res.write(piece)
        await new Promise(setImmediate)
      }
      if (options.pause_ms) await after(options.pause_ms)
    }
    res.end()
  }
}

function pulls(models: string[]): Step {
  return (res, seen) => {
    const name = String(seen.body.name ?? seen.body.model)
    if (!models.includes(name)) models.push(name)
    const layer = { status: 'pulling 6a0746a1ec1a', digest: 'sha256:6a', total: 100 }
    const steps = [{ status: 'pulling manifest' }, layer, { ...layer, completed: 100 }, { status: 'writing manifest' }]
    return streams([...steps, { status: 'success' }])(res, seen)
  }
}

function part(content: string): { message: object; done: boolean } {
  return { message: { role: 'assistant', content }, done: false }
}
