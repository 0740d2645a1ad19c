import type { ComponentChildren } from 'preact'
import { useWords } from '../core/i18n.ts'
import type { Loaded } from '../core/load.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import { texts } from './texts.ts'

/** Rows of one kind. */
export function List({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <ul class="list" aria-label={label}>
      {children}
    </ul>
  )
}

/** One row: what it is, something about it, and what can be done with it. */
export function Row({
  lead,
  title,
  about,
  children,
}: {
  lead?: ComponentChildren
  title: ComponentChildren
  about?: ComponentChildren
  children?: ComponentChildren
}) {
  return (
    <li class="row">
      {lead}
      <div class="row-text">
        <div class="row-title">{title}</div>
        {about && <div class="row-about">{about}</div>}
      </div>
      {children && <div class="row-actions">{children}</div>}
    </li>
  )
}

/** Nothing is here yet, what that means, and what to do about it. */
export function EmptyState({
  icon,
  title,
  text,
  children,
}: {
  icon: IconName
  title: string
  text: string
  children?: ComponentChildren
}) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  )
}

/** The shape of what will be here. */
export function Skeleton({ rows = 4 }: { rows?: number }) {
  const t = useWords(texts)
  return (
    <div class="skeleton" role="status" aria-label={t.loading}>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  )
}

/** Shows what was loaded, its outline until then, or why it failed with a way to try again. */
export function Show<T>({
  loaded,
  rows,
  children,
}: {
  loaded: Loaded<T>
  rows?: number
  children: (data: T) => ComponentChildren
}) {
  const t = useWords(texts)
  if (loaded.data !== undefined) return <>{children(loaded.data)}</>
  if (loaded.error === undefined) return <Skeleton {...(rows ? { rows } : {})} />
  return (
    <div class="empty" role="alert">
      <Icon name="alert" />
      <h2>{t.failed}</h2>
      <p>{loaded.error}</p>
      <Button onClick={() => void loaded.reload()}>{t.retry}</Button>
    </div>
  )
}
