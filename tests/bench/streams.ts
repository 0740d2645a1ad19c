import { Agent, get } from 'node:http'
import { createInterface } from 'node:readline'

const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })

export type Open = { established: Promise<void>; close: () => void }

/** Opens an event stream with a bearer token and hears its lines as they come. */
export function openStream(url: string, token: string, hear: (line: string) => void): Open {
  let close = () => {}
  const established = new Promise<void>((resolve, reject) => {
    const request = get(url, { agent, headers: { Authorization: `Bearer ${token}` } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`stream: ${response.statusCode}`))
      response.on('error', () => {})
      createInterface({ input: response })
        .on('error', () => {})
        .on('line', (line) => {
          if (line.includes('connection.established')) resolve()
          hear(line)
        })
    })
    request.on('error', () => {})
    close = () => request.destroy()
  })
  return { established, close: () => close() }
}
