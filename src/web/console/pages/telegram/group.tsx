import { call } from '../../core/api.ts'
import { ApiError } from '../../core/errors.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad, usePolling } from '../../core/load.ts'
import { Badge } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { confirm } from '../../ui/dialog.tsx'
import { Show } from '../../ui/list.tsx'
import { Card } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.tsx'
import { LinkCode } from './code.tsx'
import { texts } from './texts.ts'

type StaffGroup = { title: string; bot_username: string; message: string | null }

const POLL_MS = 4000 // the group is linked in Telegram, and the owner looks here whether it worked

/** The group in which operators answer: linking it by a code, unlinking it. */
export function Group({ hasBot }: { hasBot: boolean }) {
  const t = useWords(texts)
  const group = useLoad(loadGroup)
  usePolling(group, POLL_MS, group.data === null)
  return (
    <Card title={t.group} about={t.group_about}>
      <Show loaded={group} rows={1}>
        {(found) =>
          found ? <Linked group={found} onUnlinked={group.reload} /> : hasBot ? <Steps /> : <p>{t.need_bot}</p>
        }
      </Show>
    </Card>
  )
}

function Steps() {
  const t = useWords(texts)
  return (
    <>
      <ol class="steps">
        <li>{t.group_1}</li>
        <li>{t.group_2}</li>
      </ol>
      <LinkCode purpose="group" />
    </>
  )
}

function Linked({ group, onUnlinked }: { group: StaffGroup; onUnlinked: () => Promise<void> }) {
  const t = useWords(texts)
  const unlink = () =>
    confirm({
      title: t.unlink,
      text: t.unlinking_text,
      verb: t.unlink,
      run: async () => {
        await call('DELETE', '/api/telegram/group')
        await onUnlinked()
        toast(t.unlinked)
      },
    })
  return (
    <>
      <div class="line">
        <Badge kind={group.message ? 'bad' : 'good'}>{group.message ? t.group_trouble : t.linked}</Badge>
        {group.title && <strong>{group.title}</strong>}
        <span class="hint">@{group.bot_username}</span>
        <Button look="quiet" icon="trash" onClick={unlink}>
          {t.unlink}
        </Button>
      </div>
      {group.message && <p role="status">{group.message}</p>}
    </>
  )
}

async function loadGroup(): Promise<StaffGroup | null> {
  try {
    return await call<StaffGroup | null>('GET', '/api/telegram/group')
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}
