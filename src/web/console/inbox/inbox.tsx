import { call } from '../core/api.ts'
import { useWords } from '../core/i18n.ts'
import { useLoad } from '../core/load.ts'
import { Avatar } from '../ui/avatar.tsx'
import { EmptyState, List, Row, Show } from '../ui/list.tsx'
import { Page } from '../ui/page.tsx'
import { texts } from './texts.ts'

type Dialog = { id: number; first_name: string | null; last_message: string | null }

/** The dialogs of the shop, the newest first. */
export function Inbox(_: { dialog_id: number | undefined }) {
  const t = useWords(texts)
  const dialogs = useLoad(() => call<{ dialogs: Dialog[] }>('GET', '/api/dialogs'))
  return (
    <Page title={t.title}>
      <Show loaded={dialogs}>
        {({ dialogs }) =>
          dialogs.length === 0 ? (
            <EmptyState icon="inbox" title={t.empty} text={t.empty_text} />
          ) : (
            <List label={t.title}>
              {dialogs.map(({ id, first_name, last_message }) => (
                <Row
                  key={id}
                  lead={<Avatar name={first_name ?? t.visitor} />}
                  title={`${first_name ?? t.visitor} · ${id}`}
                  about={last_message}
                />
              ))}
            </List>
          )
        }
      </Show>
    </Page>
  )
}
