import { useWords } from '../../core/i18n.ts'
import { useQuery } from '../../core/router.ts'
import { Choice } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { WithAssistant } from '../common/with-assistant.tsx'
import { Documents } from './documents.tsx'
import { Pairs } from './pairs.tsx'
import { texts } from './texts.ts'
import './knowledge.css'

/** What an assistant answers from: its documents, and questions with their answers. */
export function Knowledge() {
  const t = useWords(texts)
  const [tab, setTab] = useQuery('tab')
  const shown = tab === 'pairs' ? 'pairs' : 'documents'
  return (
    <Page title={t.title} about={t.about}>
      <WithAssistant>
        {({ id }) => (
          <>
            <div class="tabs">
              <Choice
                label={t.title}
                options={[
                  { value: 'documents', label: t.documents },
                  { value: 'pairs', label: t.pairs },
                ]}
                value={shown}
                onChange={setTab}
              />
            </div>
            {shown === 'pairs' ? <Pairs key={id} assistant_id={id} /> : <Documents key={id} assistant_id={id} />}
          </>
        )}
      </WithAssistant>
    </Page>
  )
}
