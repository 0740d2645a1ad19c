import { z } from 'zod'
import { botsByAssistant, type CheckedToken, checkToken, disconnectBot, keepBot } from '../bots/bots.ts'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import type { Scope } from '../db/tenant.ts'
import { errors as common, type Locale } from '../errors.ts'
import { event } from '../events/event.ts'
import { publish } from '../events/publish.ts'
import { randomId } from '../lib/ids.ts'
import { assertModel } from '../llm/models.ts'
import { normaliseDomains } from './domains.ts'
import { promptTemplate, type TemplateName } from './prompts.ts'
import { type WidgetLook, widgetLook } from './shapes.ts'
import type { AssistantRow } from './store.ts'
import * as store from './store.ts'

export type Assistant = Omit<AssistantRow, 'allowed_domains' | 'widget' | 'is_active' | 'website_integration'> & {
  allowed_domains: string[]
  widget: WidgetLook
  is_active: boolean
  website_integration: boolean
}

export type AssistantFields = {
  name?: string
  description?: string
  system_prompt?: string
  ai_model?: string
  locale?: Locale
  is_active?: boolean
  website_integration?: boolean
  allowed_domains?: string[]
  widget?: Partial<WidgetLook>
  /** Connects a bot, or with '' or null lets it go. */
  telegram_bot_token?: string | null | undefined
}

/** An assistant was deleted; whoever keeps something for it lets it go. */
export const assistantDeleted = event(
  'assistant.deleted',
  z.object({ tenant_id: z.int(), assistant_id: z.int() }),
  ({ tenant_id }) => `tenant:${tenant_id}`,
)

/** Creates an assistant of a tenant; what isn't given comes from the template. Throws VALIDATION_ERROR for an unknown model or a bad domain, and what `checkToken` and `keepBot` refuse. */
export async function createAssistant(
  ctx: Context,
  tenant_id: number,
  fields: AssistantFields & { name: string; template?: TemplateName },
): Promise<Assistant> {
  await assertModel(ctx, fields.ai_model ?? 'builtin')
  // Telegram is asked before the transaction, so that nothing waits for it.
  const checked = fields.telegram_bot_token ? await checkToken(ctx, fields.telegram_bot_token) : undefined
  return inTransaction(ctx, async (ctx) => {
    const row = await store.insertAssistant(ctx.db, rowOf(ctx, tenant_id, fields))
    if (checked) await keepBot(ctx, { tenant_id, assistant_id: row.id }, checked)
    return assistantOf(row)
  })
}

function rowOf(
  ctx: Pick<Context, 'config' | 'now'>,
  tenant_id: number,
  fields: AssistantFields & { name: string; template?: TemplateName },
) {
  const { template = 'universal', locale = ctx.config.locale, ...given } = fields
  const now = ctx.now()
  return {
    tenant_id,
    name: given.name,
    description: given.description ?? '',
    system_prompt: given.system_prompt ?? promptTemplate(template, locale).system_prompt,
    ai_model: given.ai_model ?? 'builtin',
    locale,
    is_active: given.is_active === false ? 0 : 1,
    website_integration: given.website_integration === false ? 0 : 1,
    allowed_domains: JSON.stringify(normaliseDomains(given.allowed_domains ?? [])),
    site_token: newSiteToken(),
    widget: JSON.stringify(widgetLook.parse(given.widget ?? {})),
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
}

/** The assistant, if the caller may see it; NOT_FOUND otherwise. */
export async function getAssistant(ctx: Context | TxContext, scope: Scope, id: number): Promise<Assistant> {
  const row = await store.findAssistant(ctx.db, scope, id)
  if (!row) throw common.NOT_FOUND({ assistant_id: id })
  return assistantOf(row)
}

/** A tenant's assistants in the order they were made; without a tenant, everybody's (for the CLI). */
export async function listAssistants(
  ctx: Context,
  tenant_id: number | undefined,
  page: { limit: number; offset: number },
): Promise<Assistant[]> {
  return (await store.listAssistants(ctx.db, tenant_id, page)).map(assistantOf)
}

export function countAssistants(ctx: Context, tenant_id: number): Promise<number> {
  return store.countAssistants(ctx.db, tenant_id)
}

/** Changes the given fields only. Throws NOT_FOUND, VALIDATION_ERROR for an unknown model or a bad domain, and what `checkToken` and `keepBot` refuse. */
export async function changeAssistant(
  ctx: Context,
  scope: Scope,
  { id, telegram_bot_token, ...fields }: AssistantFields & { id: number },
): Promise<Assistant> {
  if (fields.ai_model !== undefined) await assertModel(ctx, fields.ai_model)
  const bot = await botMeant(ctx, await getAssistant(ctx, scope, id), telegram_bot_token)
  return inTransaction(ctx, async (ctx) => {
    const before = await getAssistant(ctx, scope, id)
    const place = { tenant_id: before.tenant_id, assistant_id: id }
    if (bot === 'none') await disconnectBot(ctx, place)
    else if (bot) await keepBot(ctx, place, bot)
    const row = await store.changeAssistant(ctx.db, scope, id, { ...columnsOf(fields, before), updated_at: ctx.now() })
    if (!row) throw common.NOT_FOUND({ assistant_id: id })
    return assistantOf(row)
  })
}

// A form sends back what it was shown: the hint of a token means the token that is there.
async function botMeant(
  ctx: Context,
  assistant: Assistant,
  token: string | null | undefined,
): Promise<CheckedToken | 'none' | undefined> {
  if (token === undefined) return undefined
  if (token === null || token === '') return 'none'
  const known = (await botsByAssistant(ctx, [assistant.id])).get(assistant.id)
  return known?.hint === token ? undefined : checkToken(ctx, token)
}

/** Replaces the public token; pages with the old one show no widget until their tag is changed. */
export async function rotateSiteToken(ctx: Context, scope: Scope, id: number): Promise<Assistant> {
  const row = await store.changeAssistant(ctx.db, scope, id, { site_token: newSiteToken(), updated_at: ctx.now() })
  if (!row) throw common.NOT_FOUND({ assistant_id: id })
  return assistantOf(row)
}

/** Deletes an assistant: it answers nothing from now on, its knowledge is let go, its dialogs stay readable. */
export async function deleteAssistant(ctx: Context, scope: Scope, id: number): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const row = await store.changeAssistant(ctx.db, scope, id, { deleted_at: now, is_active: 0, updated_at: now })
    if (!row) throw common.NOT_FOUND({ assistant_id: id })
    await disconnectBot(ctx, { tenant_id: row.tenant_id, assistant_id: id })
    await publish(ctx, assistantDeleted, { tenant_id: row.tenant_id, assistant_id: id })
  })
}

function columnsOf(fields: AssistantFields, before: Assistant) {
  const { allowed_domains, widget, is_active, website_integration, ...same } = fields
  return {
    ...Object.fromEntries(Object.entries(same).filter(([, value]) => value !== undefined)),
    ...(is_active === undefined ? {} : { is_active: is_active ? 1 : 0 }),
    ...(website_integration === undefined ? {} : { website_integration: website_integration ? 1 : 0 }),
    ...(allowed_domains === undefined ? {} : { allowed_domains: JSON.stringify(normaliseDomains(allowed_domains)) }),
    ...(widget === undefined ? {} : { widget: JSON.stringify({ ...before.widget, ...widget }) }),
  }
}

/** A row as the domain sees it. */
export function assistantOf(row: AssistantRow): Assistant {
  return {
    ...row,
    is_active: row.is_active === 1,
    website_integration: row.website_integration === 1,
    allowed_domains: JSON.parse(row.allowed_domains) as string[],
    widget: widgetLook.parse(JSON.parse(row.widget)),
  }
}

function newSiteToken(): string {
  return randomId('pk_', 18)
}
