import type { Subscription } from './events/event.ts'
import type { Route } from './http/route.ts'

/** What a folder plugs into the program. */
export type Module = { name: string; routes?: Route[]; subscriptions?: Subscription[] }
