import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { count, useWords, words } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import { Link } from '../../core/router.ts'
import type { Assistant } from '../../core/types.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { EmptyState, List, Row, Show } from '../../ui/list.tsx'
import { Page } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { common } from '../common/texts.ts'
import { WithAssistant } from '../common/with-assistant.tsx'

type Question = { message_id: number; dialog_id: number; question: string; created_at: string }

const MOST = 100 // the longest page the API gives

const texts = words({
  ru: {
    title: 'Без ответа',
    about:
      'Вопросы, на которые ассистент сказал «не знаю» или ответил неуверенно. Напишите ответ — и в следующий раз он ответит им.',
    empty: 'Ассистент ответил на всё',
    empty_text: 'Здесь появятся вопросы, для которых в знаниях не нашлось уверенного ответа.',
    write: 'Написать ответ',
    dialog: 'открыть диалог',
    total: ['вопрос', 'вопроса', 'вопросов'],
  },
  en: {
    title: 'Unanswered',
    about:
      'Questions to which the assistant said “I don’t know” or only guessed. Write the answer, and it will give yours next time.',
    empty: 'The assistant answered everything',
    empty_text: 'Questions to which the knowledge had no certain answer will appear here.',
    write: 'Write the answer',
    dialog: 'open the dialog',
    total: ['question', 'questions'],
  },
})

/** What an assistant could not answer, each with a way to teach it. */
export function Unanswered() {
  const t = useWords(texts)
  return (
    <Page title={t.title} about={t.about}>
      <WithAssistant>{(assistant) => <Questions key={assistant.id} assistant={assistant} />}</WithAssistant>
    </Page>
  )
}

function Questions({ assistant: { id } }: { assistant: Assistant }) {
  const t = useWords(texts)
  const c = useWords(common)
  const [limit, setLimit] = useState(50)
  const list = useLoad(
    () => call<{ rows: Question[]; total: number }>('GET', `/api/assistants/${id}/unanswered?limit=${limit}`),
    [limit],
  )
  return (
    <Show loaded={list}>
      {({ rows, total }) =>
        rows.length === 0 ? (
          <EmptyState icon="check" title={t.empty} text={t.empty_text} />
        ) : (
          <>
            <p class="muted">{count(total, t.total)}</p>
            <List label={t.title}>
              {rows.map((one) => (
                <Row
                  key={one.message_id}
                  title={one.question}
                  about={
                    <>
                      <Time at={one.created_at} /> · <Link to={`/inbox/${one.dialog_id}`}>{t.dialog}</Link>
                    </>
                  }
                >
                  <LinkButton
                    icon="edit"
                    to={`/knowledge?assistant=${id}&tab=pairs&question=${encodeURIComponent(one.question.slice(0, 500))}`}
                  >
                    {t.write}
                  </LinkButton>
                </Row>
              ))}
            </List>
            {total > rows.length && limit < MOST && <Button onClick={() => setLimit(MOST)}>{c.more}</Button>}
          </>
        )
      }
    </Show>
  )
}
