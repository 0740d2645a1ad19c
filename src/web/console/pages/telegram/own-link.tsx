import { useWords } from '../../core/i18n.ts'
import { Card } from '../../ui/page.tsx'
import { LinkCode } from './code.tsx'
import { texts } from './texts.ts'
import './telegram.css'

/** Links the person's own Telegram with their account, so that what they write in the group counts as theirs. */
export function TelegramLink() {
  const t = useWords(texts)
  return (
    <Card title={t.own} about={t.own_about}>
      <LinkCode purpose="operator" />
    </Card>
  )
}
