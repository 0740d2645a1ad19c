import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import type { Assistant } from '../../core/types.ts'
import { Button, CopyButton } from '../../ui/button.tsx'
import { Show } from '../../ui/list.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { WithAssistant } from '../common/with-assistant.tsx'
import { fieldsOf, LookForm } from './look-form.tsx'
import { Preview } from './preview.tsx'
import { texts } from './texts.ts'
import './widget.css'

/** The widget of an assistant: how it looks, what it says, and how it gets onto the website. */
export function Widget() {
  const t = useWords(texts)
  return (
    <Page title={t.title} about={t.about}>
      <WithAssistant>
        {(assistant, show) => <WidgetOf key={assistant.id} assistant={assistant} onSaved={show} />}
      </WithAssistant>
    </Page>
  )
}

function WidgetOf({ assistant, onSaved }: { assistant: Assistant; onSaved: (changed: Assistant) => void }) {
  const t = useWords(texts)
  const [fields, setFields] = useState(() => fieldsOf(assistant))
  return (
    <div class="split">
      <div class="stack">
        <LookForm
          assistant_id={assistant.id}
          fields={fields}
          onChange={(part) => setFields((now) => ({ ...now, ...part }))}
          onSaved={(changed) => {
            setFields(fieldsOf(changed)) // domains come back in their bare form
            onSaved(changed)
          }}
        />
        <Snippet assistant_id={assistant.id} />
        <Identity assistant_id={assistant.id} />
      </div>
      <div class="sticky">
        <Card title={t.preview}>
          <Preview fields={fields} name={assistant.name} />
        </Card>
      </div>
    </div>
  )
}

function Snippet({ assistant_id }: { assistant_id: number }) {
  const t = useWords(texts)
  const embed = useLoad(() => call<{ tag: string }>('GET', `/api/assistants/${assistant_id}/embed`))
  return (
    <Card title={t.snippet} about={t.snippet_about}>
      <Show loaded={embed} rows={1}>
        {({ tag }) => (
          <>
            <pre class="code">{tag}</pre>
            <div class="actions left">
              <CopyButton text={tag} look="main" />
            </div>
          </>
        )}
      </Show>
    </Card>
  )
}

function Identity({ assistant_id }: { assistant_id: number }) {
  const t = useWords(texts)
  const [isShown, setShown] = useState(false)
  return (
    <Card title={t.identity} about={t.identity_about}>
      {isShown ? (
        <Secret assistant_id={assistant_id} />
      ) : (
        <div class="actions left">
          <Button onClick={() => setShown(true)}>{t.show}</Button>
        </div>
      )}
    </Card>
  )
}

function Secret({ assistant_id }: { assistant_id: number }) {
  const found = useLoad(() => call<{ secret: string }>('GET', `/api/assistants/${assistant_id}/identity-secret`))
  return (
    <Show loaded={found} rows={1}>
      {({ secret }) => (
        <>
          <pre class="code">{secret}</pre>
          <div class="actions left">
            <CopyButton text={secret} />
          </div>
        </>
      )}
    </Show>
  )
}
