export type SseEvent = { id: number | undefined; data: Record<string, unknown> | '__ping__' }
export type SseClient = { status: number; events: SseEvent[]; body: string; close: () => void; closed: Promise<void> }

/** Opens an event stream and collects what comes; `closed` resolves when either side ends it. */
export async function openSse(url: string, headers: Record<string, string> = {}): Promise<SseClient> {
  const abort = new AbortController()
  const response = await fetch(url, { headers, signal: abort.signal })
  const client: SseClient = {
    status: response.status,
    events: [],
    body: '',
    close: () => abort.abort(),
    closed: Promise.resolve(),
  }
  if (response.status !== 200) return { ...client, body: await response.text() }
  client.closed = collect(response.body!, client).catch(() => {})
  return client
}

async function collect(body: ReadableStream<Uint8Array>, client: SseClient): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true })
    const frames = text.split('\n\n')
    text = frames.pop()!
    for (const frame of frames) take(frame, client)
  }
}

function take(frame: string, client: SseClient): void {
  const field = (name: string) =>
    frame
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const data = field('data')
  if (data === undefined) return
  const id = field('id')
  client.events.push({
    id: id === undefined ? undefined : Number(id),
    data: data === '__ping__' ? data : (JSON.parse(data) as Record<string, unknown>),
  })
}

/** The types of what came, pings left out. */
export function typesOf(client: SseClient): string[] {
  return client.events.flatMap(({ data }) => (data === '__ping__' ? [] : [String(data.type)]))
}
