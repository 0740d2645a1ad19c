import type { ComponentChildren } from 'preact'
import type { Presence } from '../core/types.ts'

const TINTS = 6 // as many as the style sheet has

/** The initials of somebody on a colour that is always theirs, with a dot for being there. */
export function Avatar({ name, presence, label }: { name: string; presence?: Presence; label?: string }) {
  const initials = [...name.trim().split(/\s+/)].slice(0, 2).map((word) => [...word][0] ?? '')
  return (
    <span
      class={`avatar tint-${tintOf(name)}`}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      {initials.join('').toUpperCase() || '?'}
      {presence && <i class={`dot ${presence}`} />}
    </span>
  )
}

/** A word or number about something. */
export function Badge({
  kind = 'plain',
  children,
}: {
  kind?: 'plain' | 'good' | 'warn' | 'bad' | 'accent'
  children: ComponentChildren
}) {
  return <span class={`badge ${kind}`}>{children}</span>
}

function tintOf(name: string): number {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 9973
  return sum % TINTS
}
