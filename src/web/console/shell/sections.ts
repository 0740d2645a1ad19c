import type { Me } from '../core/session.ts'
import type { IconName } from '../ui/icon.tsx'

export type SectionName =
  | 'inbox'
  | 'assistants'
  | 'knowledge'
  | 'unanswered'
  | 'widget'
  | 'telegram'
  | 'team'
  | 'replies'
  | 'balance'
  | 'payments'
  | 'settings'
  | 'support'
  | 'tickets'
export type Section = { name: SectionName; icon: IconName; key: string; for: Me['role'][]; only?: 'admin' | 'billing' }

/** The sections in the order of the navigation; `key` is the second letter of «g …». */
const SECTIONS: Section[] = [
  { name: 'inbox', icon: 'inbox', key: 'i', for: ['owner', 'operator'] },
  { name: 'assistants', icon: 'assistants', key: 'a', for: ['owner'] },
  { name: 'knowledge', icon: 'knowledge', key: 'k', for: ['owner'] },
  { name: 'unanswered', icon: 'unanswered', key: 'u', for: ['owner'] },
  { name: 'widget', icon: 'widget', key: 'w', for: ['owner'] },
  { name: 'telegram', icon: 'telegram', key: 't', for: ['owner'] },
  { name: 'team', icon: 'team', key: 'm', for: ['owner'] },
  { name: 'replies', icon: 'replies', key: 'r', for: ['owner', 'operator'] },
  { name: 'balance', icon: 'balance', key: 'b', for: ['owner'], only: 'billing' },
  { name: 'payments', icon: 'payments', key: 'p', for: ['owner'], only: 'admin' },
  { name: 'settings', icon: 'settings', key: 's', for: ['owner', 'operator'] },
  { name: 'support', icon: 'support', key: 'h', for: ['owner'] },
  { name: 'tickets', icon: 'tickets', key: 'o', for: ['owner'], only: 'admin' },
]

/** The sections this person may open. */
export function sectionsOf({ role, is_admin }: Pick<Me, 'role' | 'is_admin'>): Section[] {
  return SECTIONS.filter((section) => section.for.includes(role) && (section.only !== 'admin' || is_admin))
}

/** Of those, the ones that are offered: without billing there is no balance to look at. */
export function menuOf(user: Pick<Me, 'role' | 'is_admin'>, billing: boolean): Section[] {
  return sectionsOf(user).filter((section) => section.only !== 'billing' || billing)
}
