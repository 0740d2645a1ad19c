export interface Frame {
  id: string | undefined
  data: string
}

const LONGEST_FRAME = 1_000_000 // characters; a stream that never ends a frame must not eat the visitor's memory

/** Reads server-sent events (WHATWG HTML 9.2) from a body until it ends; comments count as life, not as frames. */
export async function readFrames(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { onLife, onFrame }: { onLife: () => void; onFrame: (frame: Frame) => void },
): Promise<void> {
  let rest = ''
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    onLife()
    // A carriage return at the end may be half of a line break, so it waits for the next piece.
    const text = rest + value
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text
    const frames = whole.replace(/\r\n?/g, '\n').split('\n\n')
    rest = frames.pop()! + text.slice(whole.length)
    if (rest.length > LONGEST_FRAME) throw new Error('a frame of the stream is too long')
    for (const frame of frames) onFrame(parseFrame(frame))
  }
}

function parseFrame(text: string): Frame {
  const data: string[] = []
  let id: string | undefined
  for (const line of text.split('\n')) {
    const [, field, value] = /^(\w+)(?:: ?(.*))?$/.exec(line) ?? []
    if (field === 'data') data.push(value ?? '')
    if (field === 'id') id = value ?? ''
  }
  return { id, data: data.join('\n') }
}
