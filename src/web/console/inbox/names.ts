import { useWords } from '../core/i18n.ts'
import { texts } from './texts.ts'
import type { Dialog } from './types.ts'

type Named = Pick<Dialog, 'id' | 'first_name' | 'last_name' | 'telegram_username' | 'email'>

/** What to call the visitor of a dialog: their name, else how they can be found, else a number. */
export function useVisitorName({ id, first_name, last_name, telegram_username, email }: Named): string {
  const { visitor } = useWords(texts)
  const name = [first_name, last_name].filter(Boolean).join(' ')
  return name || email || (telegram_username ? `@${telegram_username}` : `${visitor} ${id}`)
}
