import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import { go } from '../../core/router.ts'
import type { Assistant } from '../../core/types.ts'
import { LinkButton } from '../../ui/button.tsx'
import { confirm } from '../../ui/dialog.tsx'
import { Show, Skeleton } from '../../ui/list.tsx'
import { Page } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.tsx'
import { common } from '../common/texts.ts'
import { AssistantForm, type Fields, type Template } from './form.tsx'
import { texts } from './texts.ts'
import { Trial } from './trial.tsx'

/** One assistant with a place to try it, or the form for a new one. */
export function AssistantEditor({ id }: { id: number | undefined }) {
  return id === undefined ? <NewAssistant /> : <KnownAssistant id={id} />
}

function NewAssistant() {
  const t = useWords(texts)
  const templates = useLoad(() => call<Template[]>('GET', '/api/assistants/templates'))
  const create = async (fields: Fields) => {
    const made = await call<Assistant>('POST', '/api/assistants', fields)
    go(`/assistants/${made.id}`, { replace: true })
  }
  return (
    <Page title={t.new_title} back="/assistants">
      {templates.data || templates.error ? (
        // Without the templates an assistant is still made from a blank page.
        <AssistantForm templates={templates.data ?? []} onSave={create} />
      ) : (
        <Skeleton />
      )}
    </Page>
  )
}

function KnownAssistant({ id }: { id: number }) {
  const t = useWords(texts)
  const c = useWords(common)
  const one = useLoad(() => call<Assistant>('GET', `/api/assistants/${id}`))
  const save = async (fields: Fields) => {
    const saved = await call<Assistant>('PATCH', `/api/assistants/${id}`, fields)
    one.set(() => saved)
    toast(c.saved)
  }
  const remove = () =>
    confirm({
      title: `${t.removing}: ${one.data?.name ?? ''}`,
      text: t.removing_text,
      verb: c.remove,
      run: async () => {
        await call('DELETE', `/api/assistants/${id}`)
        toast(c.removed)
        go('/assistants', { replace: true })
      },
    })
  return (
    <Page
      title={one.data?.name ?? t.title}
      back="/assistants"
      actions={
        <LinkButton to={`/knowledge?assistant=${id}`} icon="knowledge">
          {t.to_knowledge}
        </LinkButton>
      }
    >
      <Show loaded={one}>
        {(assistant) => (
          <div class="split">
            <AssistantForm assistant={assistant} onSave={save} onRemove={remove} />
            <Trial assistant={assistant} />
          </div>
        )}
      </Show>
    </Page>
  )
}
