import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Assistant, createAssistant, getAssistant } from '../assistants/assistants.ts'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { addDocument } from '../knowledge/documents.ts'
import { importLines } from '../knowledge/import.ts'
import { templatesFolder } from '../lib/templates.ts'
import { recall, remember } from '../system/settings.ts'

const SETTING = 'demo.assistant_id'
const SHOP = {
  name: 'Северный лист',
  description: 'Чайная лавка-образец',
  widget: {
    color: '#1f7055',
    suggestions: ['Сколько стоит доставка по Казани?', 'Можно вернуть чай?', 'Где ваши магазины?'],
  },
}
const folder = join(templatesFolder, 'demo', 'knowledge')

/** Loads the sample shop for an owner: an assistant with its documents (read in the background) and pairs. A repeat answers with what is there. */
export async function loadDemo(ctx: Context, tenant_id: number): Promise<{ assistant: Assistant; is_new: boolean }> {
  const known = await demoAssistant(ctx)
  if (known) return { assistant: known, is_new: false }
  const assistant = await createAssistant(ctx, tenant_id, { ...SHOP, template: 'support', locale: 'ru' })
  for (const path of sampleFiles()) await feed(ctx, assistant, path)
  await remember(ctx, SETTING, String(assistant.id))
  return { assistant, is_new: true }
}

/** The assistant of the sample shop, when it was loaded and not deleted since. */
export async function demoAssistant(ctx: Context): Promise<Assistant | undefined> {
  const id = await recall(ctx, SETTING)
  if (id === undefined) return undefined
  return getAssistant(ctx, { tenant_id: 0, is_admin: true }, Number(id)).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined
    throw error
  })
}

async function feed(ctx: Context, assistant: Assistant, path: string): Promise<void> {
  if (path.endsWith('.jsonl')) await importLines(ctx, assistant, path)
  else await addDocument(ctx, assistant, { path, name: basename(path), size: statSync(path).size })
}

function sampleFiles(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
