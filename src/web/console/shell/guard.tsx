import type { ComponentChildren } from 'preact'
import { useErrorBoundary } from 'preact/hooks'
import { useWords } from '../core/i18n.ts'
import { EmptyState } from '../ui/list.tsx'
import { Page } from '../ui/page.tsx'
import { texts } from './texts.ts'

/** Keeps the accident of one page on that page: the rest goes on, and the browser's own log has the cause. */
export function Guard({ children }: { children: ComponentChildren }) {
  const t = useWords(texts)
  const [problem] = useErrorBoundary((error) => reportError(error))
  if (!problem) return <>{children}</>
  return (
    <Page title={t.broken}>
      <EmptyState icon="alert" title={t.broken} text={t.broken_text} />
    </Page>
  )
}
