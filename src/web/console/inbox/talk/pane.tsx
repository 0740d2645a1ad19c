import { useEffect, useRef } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useQuery } from '../../core/router.ts'
import type { Me } from '../../core/session.ts'
import { Show } from '../../ui/list.tsx'
import { Composer } from '../composer/composer.tsx'
import { Details } from '../details/details.tsx'
import { Head } from '../head/head.tsx'
import { changeKnown, useDialog } from '../known.ts'
import { useVisitorName } from '../names.ts'
import type { Dialog } from '../types.ts'
import { History } from './history.tsx'
import { type Talk, useTalk } from './talk.ts'
import './talk.css'

/** One dialog: its head, the conversation, where one writes, and beside them who the visitor is. */
export function DialogPane({ dialog_id, user }: { dialog_id: number; user: Me }) {
  const dialog = useDialog(dialog_id)
  return (
    <div class="dialog-pane">
      <Show loaded={dialog}>{(known) => <Opened dialog={known} user={user} />}</Show>
    </div>
  )
}

function Opened({ dialog, user }: { dialog: Dialog; user: Me }) {
  const talk = useTalk(dialog.id)
  const name = useVisitorName(dialog)
  const heading = useRef<HTMLHeadingElement>(null)
  const [info, setInfo] = useQuery('info')
  useSeen(dialog, talk.data)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <div class={info ? 'dialog-opened with-info' : 'dialog-opened'}>
      <section class="dialog-talk" aria-label={name}>
        <Head dialog={dialog} user={user} heading={heading} onInfo={() => setInfo(info ? null : '1')} />
        <Show loaded={talk}>{(data) => <History dialog={dialog} talk={data} older={talk.older} />}</Show>
        <Composer dialog={dialog} me={user.id} onLeave={() => heading.current?.focus()} />
      </section>
      <Details dialog={dialog} ratings={talk.data?.ratings ?? []} onClose={() => setInfo(null)} />
    </div>
  )
}

/** What is on the screen of somebody who looks has been seen. */
function useSeen({ id, unread }: Dialog, talk: Talk | undefined): void {
  const message_id = talk?.messages.at(-1)?.id
  useEffect(() => {
    const mark = () => {
      if (message_id === undefined || unread === 0 || document.visibilityState === 'hidden') return
      changeKnown(id, { unread: 0 })
      // Whoever could not say so now says so with the next message.
      call('POST', `/api/dialogs/${id}/read`, { message_id }).catch(() => undefined)
    }
    mark()
    document.addEventListener('visibilitychange', mark)
    return () => document.removeEventListener('visibilitychange', mark)
  }, [id, message_id, unread])
}
