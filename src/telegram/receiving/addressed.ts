import type { Self } from './updates.ts'

export type Entity = { type: string; offset: number; length: number; user?: { id: number } | undefined }

/** Whether a text mentions the bot, and the text without that. Offsets are UTF-16 units, as Telegram counts and as strings are. */
export function withoutMention(text: string, entities: Entity[], self: Self): { text: string; is_mentioned: boolean } {
  const mine = entities.filter((one) => isMine(text, one, self))
  const rest = mine
    .toSorted((a, b) => b.offset - a.offset)
    .reduce((left, { offset, length }) => left.slice(0, offset) + left.slice(offset + length), text)
  // An offset inside a surrogate pair would leave half a letter behind.
  return { text: rest.toWellFormed(), is_mentioned: mine.length > 0 }
}

function isMine(text: string, { type, offset, length, user }: Entity, self: Self): boolean {
  if (type === 'text_mention') return String(user?.id) === self.bot_id
  return type === 'mention' && text.slice(offset, offset + length).toLowerCase() === `@${self.username.toLowerCase()}`
}
