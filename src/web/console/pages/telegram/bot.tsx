import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { Badge } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { confirm } from '../../ui/dialog.tsx'
import { Problem } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.tsx'
import { TokenForm } from './connect.tsx'
import { texts } from './texts.ts'

export type Bot = {
  id: number
  assistant_id: number
  username: string
  token: string
  is_enabled: boolean
  status: 'starting' | 'running' | 'stopped' | 'conflict' | 'unauthorized' | 'failed'
  message: string | null
}

const KINDS = {
  running: 'good',
  starting: 'accent',
  stopped: 'plain',
  conflict: 'warn',
  unauthorized: 'bad',
  failed: 'bad',
} as const

/** One bot: how it is in plain words, and what can be done with it. */
export function BotCard({ bot, onChanged }: { bot: Bot; onChanged: () => Promise<void> }) {
  const t = useWords(texts)
  const [isChanging, setChanging] = useState(bot.status === 'unauthorized')
  // Switched on, but taken up by nobody yet.
  const status = bot.is_enabled && bot.status === 'stopped' ? 'starting' : bot.status
  return (
    <Card title={t.bot}>
      <div class="line">
        <a href={`https://t.me/${encodeURIComponent(bot.username)}`} target="_blank" rel="noopener noreferrer">
          @{bot.username}
        </a>
        <Badge kind={KINDS[status]}>{t[`status_${status}`]}</Badge>
        <span class="hint">{bot.token}</span>
      </div>
      <p role="status">{status === 'failed' && bot.message ? bot.message : t[`about_${status}`]}</p>
      <Verbs bot={bot} onChanged={onChanged} onToken={() => setChanging(!isChanging)} />
      {isChanging && (
        <TokenForm
          assistant_id={bot.assistant_id}
          onConnected={async () => {
            setChanging(false)
            await onChanged()
          }}
        />
      )}
    </Card>
  )
}

function Verbs({ bot, onChanged, onToken }: { bot: Bot; onChanged: () => Promise<void>; onToken: () => void }) {
  const t = useWords(texts)
  const verb = bot.is_enabled ? 'stop' : 'start'
  const turn = useAction(async () => {
    await call('POST', `/api/bots/${bot.id}/${verb}`, {})
    await onChanged()
  })
  const check = useAction(async () => {
    const { ms } = await call<{ ms: number }>('POST', `/api/bots/${bot.id}/test`, {})
    toast(`${t.tested} ${ms}`)
  })
  const disconnect = () =>
    confirm({
      title: `${t.disconnecting}: @${bot.username}`,
      text: t.disconnecting_text,
      verb: t.disconnect,
      run: async () => {
        await call('DELETE', `/api/bots/${bot.id}`)
        await onChanged()
        toast(t.disconnected)
      },
    })
  return (
    <>
      <Problem of={turn.error ?? check.error} />
      <div class="actions left">
        <Button look={verb === 'start' ? 'main' : 'plain'} busy={turn.busy} onClick={() => void turn.run()}>
          {t[verb]}
        </Button>
        <Button busy={check.busy} onClick={() => void check.run()}>
          {t.test}
        </Button>
        <Button onClick={onToken}>{t.change}</Button>
        <Button look="quiet" icon="trash" onClick={disconnect}>
          {t.disconnect}
        </Button>
      </div>
    </>
  )
}
