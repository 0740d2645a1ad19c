import { useRef, useState } from 'preact/hooks'
import { upload } from '../../core/api.ts'
import { sentenceOf } from '../../core/errors.ts'
import type { Document } from './documents.tsx'

/** A file on its way: what share of it has left, or why it was refused. */
export type Upload = { key: number; name: string; share: number; error: string | undefined }

/** Sends files one after the other, so that a slow line is not shared by all of them; `onDone` gets each document. */
export function useUploads(assistant_id: number, onDone: (document: Document) => void) {
  const [uploads, setUploads] = useState<Upload[]>([])
  const waiting = useRef<{ key: number; file: File }[]>([])
  const isRunning = useRef(false)
  const last = useRef(0)

  const change = (key: number, part: Partial<Upload>) =>
    setUploads((now) => now.map((one) => (one.key === key ? { ...one, ...part } : one)))
  const dismiss = (key: number) => setUploads((now) => now.filter((one) => one.key !== key))

  const send = async ({ key, file }: { key: number; file: File }) => {
    const form = new FormData()
    form.set('assistant_id', String(assistant_id))
    form.set('file', file)
    try {
      onDone(await upload<Document>('/api/documents/upload', form, { onProgress: (share) => change(key, { share }) }))
      dismiss(key)
    } catch (error) {
      change(key, { error: sentenceOf(error) })
    }
  }

  const work = async () => {
    if (isRunning.current) return
    isRunning.current = true
    for (let next = waiting.current.shift(); next; next = waiting.current.shift()) await send(next)
    isRunning.current = false
  }

  const add = (files: Iterable<File>) => {
    for (const file of files) {
      last.current += 1
      const key = last.current
      setUploads((now) => [...now, { key, name: file.name, share: 0, error: undefined }])
      waiting.current.push({ key, file })
    }
    void work()
  }

  return { uploads, add, dismiss }
}
