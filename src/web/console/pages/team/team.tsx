import { useEffect, useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { onEvent } from '../../core/live/events.ts'
import { useLoad } from '../../core/load.ts'
import type { Colleague, TeamMember } from '../../core/types.ts'
import { Avatar, Badge } from '../../ui/avatar.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { confirm } from '../../ui/dialog.tsx'
import { List, Row, Show } from '../../ui/list.tsx'
import { Page } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { toast, toastError } from '../../ui/toast.tsx'
import { Invite, InviteLink } from './invite.tsx'
import { Phrases } from './phrases.tsx'
import { texts } from './texts.ts'

type Member = Colleague & Partial<Pick<TeamMember, 'status' | 'current_load' | 'max_capacity'>>

/** The people of the shop: who is there, inviting and removing, and the words that call them. */
export function Team() {
  const t = useWords(texts)
  const [isInviting, setInviting] = useState(false)
  const [link, setLink] = useState<string>()
  const team = useLoad(loadTeam)
  useEffect(() => onEvent(({ type }) => /^(operator\.presence|handoff\.)/.test(type) && void team.reload()), [])
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        <Button look="main" icon="plus" onClick={() => setInviting(true)}>
          {t.invite}
        </Button>
      }
    >
      <Show loaded={team} rows={2}>
        {(members) => (
          <>
            <List label={t.operators}>
              {members.map((member) => (
                <MemberRow key={member.id} member={member} onLink={setLink} onRemoved={team.reload} />
              ))}
            </List>
            {members.length === 1 && <p class="muted">{t.alone}</p>}
          </>
        )}
      </Show>
      <Phrases />
      {isInviting && (
        <Invite
          onClose={() => setInviting(false)}
          onInvited={(url) => {
            setInviting(false)
            setLink(url)
            void team.reload()
          }}
        />
      )}
      {link && <InviteLink url={link} onClose={() => setLink(undefined)} />}
    </Page>
  )
}

async function loadTeam(): Promise<Member[]> {
  const [colleagues, presence] = await Promise.all([
    call<Colleague[]>('GET', '/api/operators'),
    call<TeamMember[]>('GET', '/api/operator/team'),
  ])
  return colleagues.map((one) => ({
    ...one,
    ...presence.find(({ operator_id }) => operator_id === one.id),
    name: one.name,
  }))
}

type RowProps = { member: Member; onLink: (url: string) => void; onRemoved: () => Promise<void> }

function MemberRow({ member, onLink, onRemoved }: RowProps) {
  const t = useWords(texts)
  const { id, name, email, role, is_blocked, last_login_at, status = 'offline' } = member
  const inviteAgain = () =>
    call<{ invite_url: string }>('POST', `/api/operators/${id}/invite`, {}).then(
      ({ invite_url }) => onLink(invite_url),
      toastError,
    )
  const remove = () =>
    confirm({
      title: `${t.removing}: ${name}`,
      text: t.removing_text,
      verb: t.remove,
      run: async () => {
        await call('DELETE', `/api/operators/${id}`)
        await onRemoved()
        toast(t.removed)
      },
    })
  return (
    <Row
      lead={<Avatar name={name} presence={status} />}
      title={
        <>
          {name}
          {role === 'owner' && <Badge>{t.owner}</Badge>}
          {is_blocked && <Badge kind="bad">{t.blocked}</Badge>}
        </>
      }
      about={
        <>
          {email} · {last_login_at ? <Time at={last_login_at} /> : t.never}
        </>
      }
    >
      <Badge kind={status === 'available' ? 'good' : status === 'busy' ? 'warn' : 'plain'}>
        {t[status]}
        {member.max_capacity !== undefined &&
          status !== 'offline' &&
          ` · ${member.current_load}/${member.max_capacity} ${t.load}`}
      </Badge>
      {role === 'operator' && (
        <>
          <Button look="quiet" onClick={() => void inviteAgain()}>
            {t.new_link}
          </Button>
          <IconButton icon="trash" label={`${t.remove}: ${name}`} onClick={remove} />
        </>
      )}
    </Row>
  )
}
