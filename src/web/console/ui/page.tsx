import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { useWords } from '../core/i18n.ts'
import { useKey } from '../core/keys.ts'
import { waiting } from '../core/live/waiting.ts'
import { go } from '../core/router.ts'
import { useStore } from '../core/store.ts'
import { IconButton } from './button.tsx'
import { texts } from './texts.ts'

/** One page: its title (the tab's, too, with the number of people who wait), what can be done, and its content. `back` is where the arrow and Escape lead. */
export function Page({
  title,
  about,
  back,
  actions,
  children,
}: {
  title: string
  about?: string
  back?: string
  actions?: ComponentChildren
  children: ComponentChildren
}) {
  const t = useWords(texts)
  useTitle(title)
  useKey('Escape', () => back && go(back))
  return (
    <div class="page">
      <header class="page-head">
        {back && <IconButton icon="back" label={t.back} onClick={() => go(back)} />}
        <div class="page-title">
          <h1 tabIndex={-1}>{title}</h1>
          {about && <p>{about}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

/** Names the tab after the page, with the number of people who wait. */
export function useTitle(title: string): void {
  const queue = useStore(waiting)
  useEffect(() => {
    document.title = `${queue > 0 ? `(${queue}) ` : ''}${title} · ReplyX`
  }, [title, queue])
}

/** A part of a page on its own sheet. */
export function Card({
  title,
  about,
  children,
}: {
  title?: string
  about?: ComponentChildren
  children: ComponentChildren
}) {
  return (
    <section class="card">
      {title && <h2>{title}</h2>}
      {about && <p class="muted">{about}</p>}
      {children}
    </section>
  )
}
