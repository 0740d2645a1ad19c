import { callList } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad, usePolling } from '../../core/load.ts'
import type { Assistant } from '../../core/types.ts'
import { Show } from '../../ui/list.tsx'
import { Page } from '../../ui/page.tsx'
import { WithAssistant } from '../common/with-assistant.tsx'
import { type Bot, BotCard } from './bot.tsx'
import { Connect } from './connect.tsx'
import { Group } from './group.tsx'
import { texts } from './texts.ts'

const POLL_MS = 3000 // a bot starts within seconds, and the owner is looking on

/** The bot of an assistant and the group of the operators. */
export function Telegram() {
  const t = useWords(texts)
  return (
    <Page title={t.title} about={t.about}>
      <WithAssistant>{(assistant) => <TelegramOf key={assistant.id} assistant={assistant} />}</WithAssistant>
    </Page>
  )
}

function TelegramOf({ assistant: { id } }: { assistant: Assistant }) {
  const bots = useLoad(async () => (await callList<Bot>('/api/bots')).rows)
  usePolling(bots, POLL_MS)
  return (
    <Show loaded={bots} rows={2}>
      {(all) => {
        const bot = all.find(({ assistant_id }) => assistant_id === id)
        return (
          <>
            {bot ? (
              <BotCard bot={bot} onChanged={bots.reload} />
            ) : (
              <Connect assistant_id={id} onConnected={bots.reload} />
            )}
            <Group hasBot={all.length > 0} />
          </>
        )
      }}
    </Show>
  )
}
