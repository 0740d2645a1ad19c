import { z } from 'zod'
import type { Assistant } from '../assistants/assistants.ts'
import type { Context } from '../context.ts'
import type { Locale } from '../errors.ts'
import { maxBytes } from '../files/content.ts'
import { countOperators } from '../handoff/desk/presence.ts'
import { botNameOf } from '../telegram/codes.ts'

const Texts = z.object({ greeting: z.string() })

export const WidgetConfig = z
  .object({
    assistant: z.object({ name: z.string() }),
    title: z.string(),
    greeting: z.string(),
    locale: z.enum(['ru', 'en']),
    languages: z.array(z.enum(['ru', 'en'])),
    texts: z.object({ ru: Texts, en: Texts }),
    theme: z.object({ color: z.string(), position: z.enum(['right', 'left']) }),
    consent_text: z.string().nullable(),
    working_hours: z.null(),
    online: z.boolean().meta({ description: 'Есть оператор, который может прийти сейчас' }),
    handoff: z
      .literal(true)
      .meta({ description: 'Человека можно позвать всегда; без операторов на месте остаётся e-mail' }),
    telegram: z.string().nullable().meta({ description: 'Имя бота, в котором можно продолжить разговор' }),
    max_file_bytes: z.int(),
    suggestions: z.array(z.string()),
  })
  .meta({ id: 'WidgetConfig' })

const GREETING: Record<Locale, string> = {
  ru: 'Здравствуйте! Задайте вопрос — отвечу по материалам компании.',
  en: 'Hello! Ask a question and I will answer from the company’s materials.',
}

/** How the widget of an assistant looks and speaks, and who can be reached through it right now. */
export async function widgetConfig(ctx: Context, assistant: Assistant): Promise<z.input<typeof WidgetConfig>> {
  const { id, tenant_id, name, locale, widget } = assistant
  const greeting = widget.greeting || GREETING[locale]
  return {
    assistant: { name },
    title: widget.title || name,
    greeting,
    locale,
    languages: ['ru', 'en'],
    // The owner writes the greeting in one language; in the other the visitor gets ours.
    texts: { ru: { greeting: GREETING.ru }, en: { greeting: GREETING.en }, [locale]: { greeting } },
    theme: { color: widget.color, position: widget.position },
    consent_text: widget.consent_text || null,
    working_hours: null,
    online: (await countOperators(ctx, tenant_id)).available > 0,
    handoff: true,
    telegram: (await botNameOf(ctx, id)) ?? null,
    max_file_bytes: maxBytes(ctx),
    suggestions: widget.suggestions,
  }
}
