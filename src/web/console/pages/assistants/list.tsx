import { callList } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import { Link } from '../../core/router.ts'
import type { Assistant } from '../../core/types.ts'
import { Avatar, Badge } from '../../ui/avatar.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { EmptyState, List, Row, Show } from '../../ui/list.tsx'
import { Page } from '../../ui/page.tsx'
import { texts } from './texts.ts'

/** The owner's assistants. */
export function Assistants() {
  const t = useWords(texts)
  const all = useLoad(async () => (await callList<Assistant>('/api/assistants?limit=100')).rows)
  const create = (
    <LinkButton to="/assistants/new" look="main" icon="plus">
      {t.create}
    </LinkButton>
  )
  return (
    <Page title={t.title} about={t.about} actions={all.data?.length ? create : undefined}>
      <Show loaded={all}>
        {(assistants) =>
          assistants.length === 0 ? (
            <EmptyState icon="assistants" title={t.empty} text={t.empty_text}>
              {create}
            </EmptyState>
          ) : (
            <List label={t.title}>
              {assistants.map((one) => (
                <Row
                  key={one.id}
                  lead={<Avatar name={one.name} />}
                  title={<Link to={`/assistants/${one.id}`}>{one.name}</Link>}
                  about={<span class="clamp">{one.description || one.ai_model}</span>}
                >
                  <Badge kind={one.is_active ? 'good' : 'plain'}>{one.is_active ? t.on : t.off}</Badge>
                </Row>
              ))}
            </List>
          )
        }
      </Show>
    </Page>
  )
}
