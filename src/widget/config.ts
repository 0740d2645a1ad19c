import { z } from 'zod'
import type { Assistant } from '../assistants/assistants.ts'
import type { Locale } from '../errors.ts'

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
    online: z.boolean(),
    handoff: z.literal(false).meta({ description: 'Позвать человека пока нельзя' }),
    suggestions: z.array(z.string()),
  })
  .meta({ id: 'WidgetConfig' })

const GREETING: Record<Locale, string> = {
  ru: 'Здравствуйте! Задайте вопрос — отвечу по материалам компании.',
  en: 'Hello! Ask a question and I will answer from the company’s materials.',
}

/** How the widget of an assistant looks and speaks. */
export function widgetConfig({ name, locale, widget }: Assistant): z.input<typeof WidgetConfig> {
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
    online: true,
    handoff: false,
    suggestions: widget.suggestions,
  }
}
