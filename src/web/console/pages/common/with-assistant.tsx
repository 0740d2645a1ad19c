import type { ComponentChildren } from 'preact'
import { callList } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import { useQuery } from '../../core/router.ts'
import { memory } from '../../core/store.ts'
import type { Assistant } from '../../core/types.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { EmptyState, Show } from '../../ui/list.tsx'
import { common } from './texts.ts'

/**
 * Draws what belongs to one assistant, with a choice above it when there are several. The choice stands in the address and is
 * remembered, so it is the same on the next page.
 */
export function WithAssistant({
  children,
}: {
  children: (assistant: Assistant, show: (changed: Assistant) => void) => ComponentChildren
}) {
  const t = useWords(common)
  const [wanted, setWanted] = useQuery('assistant')
  const all = useLoad(async () => (await callList<Assistant>('/api/assistants?limit=100')).rows)
  const choose = (id: string) => {
    memory.write('assistant', id)
    setWanted(id)
  }
  const show = (changed: Assistant) => all.set((now) => now.map((one) => (one.id === changed.id ? changed : one)))
  return (
    <Show loaded={all}>
      {(assistants) => {
        const chosen = pick(assistants, wanted) ?? pick(assistants, memory.read('assistant')) ?? assistants[0]
        if (!chosen) return <Nobody />
        return (
          <>
            {assistants.length > 1 && (
              <div class="assistant-choice">
                <Select
                  label={t.assistant}
                  value={String(chosen.id)}
                  onChange={choose}
                  options={assistants.map(({ id, name }) => ({ value: String(id), label: name }))}
                />
              </div>
            )}
            {children(chosen, show)}
          </>
        )
      }}
    </Show>
  )
}

function pick(assistants: Assistant[], id: string | null): Assistant | undefined {
  return assistants.find((one) => String(one.id) === id)
}

function Nobody() {
  const t = useWords(common)
  return (
    <EmptyState icon="assistants" title={t.no_assistant} text={t.no_assistant_text}>
      <LinkButton to="/assistants/new" look="main" icon="plus">
        {t.create}
      </LinkButton>
    </EmptyState>
  )
}
