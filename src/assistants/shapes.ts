import { z } from 'zod'
import type { Bot } from '../bots/bots.ts'
import { BotToken } from '../bots/shapes.ts'
import { toIso } from '../lib/time.ts'
import type { Assistant } from './assistants.ts'
import { TEMPLATES } from './prompts.ts'

const DEFAULT_COLOR = '#2563eb'

const Line = (max: number) => z.string().trim().max(max)

/** How the widget of one assistant looks and what it says. */
export const widgetLook = z.object({
  title: Line(100).default(''),
  greeting: Line(500).default(''),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .default(DEFAULT_COLOR),
  position: z.enum(['right', 'left']).default('right'),
  consent_text: Line(500).default(''),
  suggestions: z.array(Line(120).min(1)).max(6).default([]),
})
export type WidgetLook = z.infer<typeof widgetLook>

const Domains = z.union([
  z.array(z.string().max(300)).max(100),
  z
    .string()
    .max(5000)
    .transform((text) => text.split(',').filter((one) => one.trim())),
])

const fields = {
  name: Line(100).min(1),
  description: Line(1000),
  system_prompt: z.string().trim().max(5000),
  ai_model: Line(100).min(1),
  locale: z.enum(['ru', 'en']),
  is_active: z.boolean(),
  website_integration: z.boolean(),
  allowed_domains: Domains,
  widget: z
    .object({
      title: Line(100),
      greeting: Line(500),
      color: z.string().regex(/^#[0-9a-fA-F]{6}$/),
      position: z.enum(['right', 'left']),
      consent_text: Line(500),
      suggestions: z.array(Line(120).min(1)).max(6),
    })
    .partial(),
}

export const AssistantChange = z
  .object(fields)
  .partial()
  .extend({
    telegram_bot_token: BotToken.or(z.literal(''))
      .nullish()
      .meta({ description: 'Токен от @BotFather; пустой или null отключает бота' }),
  })
export const NewAssistant = AssistantChange.extend({ name: fields.name, template: z.enum(TEMPLATES).optional() })

export const AssistantView = z
  .object({
    id: z.int(),
    name: z.string(),
    description: z.string(),
    system_prompt: z.string(),
    ai_model: z.string(),
    locale: z.enum(['ru', 'en']),
    is_active: z.boolean(),
    telegram_bot_token: z
      .string()
      .nullable()
      .meta({ description: 'Только начало: 1234567890:ABC...; null: бот не подключён' }),
    telegram_bot_username: z.string().nullable(),
    website_integration: z.boolean(),
    allowed_domains: z.array(z.string()),
    site_token: z.string().meta({ description: 'Публичный ключ для тега виджета' }),
    widget: widgetLook,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Assistant' })

/** An assistant as the wire shows it, with its bot if it has one. */
export function viewOf(assistant: Assistant, bot?: Bot): z.input<typeof AssistantView> {
  return {
    ...assistant,
    telegram_bot_token: bot?.hint ?? null,
    telegram_bot_username: bot?.username ?? null,
    created_at: toIso(assistant.created_at),
    updated_at: toIso(assistant.updated_at),
  }
}
