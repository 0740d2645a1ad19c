import express, { type Request, type Response } from 'express'

/** The body exactly as it was sent, for whoever checks a signature over it; more than `max_bytes`, or packed, is refused. */
export async function readRawBody(req: Request, res: Response, max_bytes: number): Promise<string> {
  const read = express.raw({ limit: max_bytes, inflate: false, type: () => true })
  await new Promise<void>((resolve, reject) => read(req, res, (error?: unknown) => (error ? reject(error) : resolve())))
  return Buffer.isBuffer(req.body) ? req.body.toString('utf8') : ''
}
