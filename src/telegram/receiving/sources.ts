import type { Said } from './updates.ts'

/** What makes a stored message repeatable: the same message of the same chat. */
export function sourceOf({ chat, message_id }: Pick<Said, 'chat' | 'message_id'>): string {
  return `telegram:${chat.id}:${message_id}`
}

/** The same for what the bot says to it on its own. */
export function greetingSource({ chat, message_id }: Pick<Said, 'chat' | 'message_id'>): string {
  return `telegram-greeting:${chat.id}:${message_id}`
}

/** Whether a stored message is a greeting. */
export function isGreeting(source_id: string | null): boolean {
  return source_id?.startsWith('telegram-greeting:') ?? false
}

/** The message in its chat that was stored from this source; undefined for any other source. */
export function messageIdIn(source_id: string | null, chat_id: string): number | undefined {
  const [door, chat, id] = source_id?.split(':') ?? []
  return door === 'telegram' && chat === chat_id ? Number(id) : undefined
}
