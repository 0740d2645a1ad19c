import { z } from 'zod'
import { type Assistant, getAssistant } from '../assistants/assistants.ts'
import type { Context } from '../context.ts'
import { type Dialog, getGuestDialog } from '../dialogs/dialogs.ts'
import type { Limit, Site, Visitor } from '../http/route.ts'
import { Id } from '../http/shapes.ts'

/** What every call of a visitor about one of their dialogs names. */
export const params = z.object({ id: Id })

/** Both paths of a visitor's call: a site that speaks for itself finds the widget's calls under its own name. */
export const both = (path: string) => ({ path: `/api/widget${path}`, aliases: [`/api/site${path}`] })

/** 201 for what is new, 200 for a repeat. */
export const createdOrKnown = ({ is_new }: { is_new: boolean }) => (is_new ? 201 : 200)

/** How often one visitor may do something other than writing; each kind is counted by itself. */
export function visitorLimit(kind: string): Limit {
  return { name: 'visitor_message', by: ({ caller }) => `${kind}:${guestKey(caller as Visitor)}` }
}

/** How often one visitor may write, and how often all of an assistant's together. */
export const messageLimits: Limit[] = [
  visitorLimit('guest'),
  { name: 'assistant_message', by: ({ caller }) => `assistant:${(caller as Visitor).assistant_id}` },
]

/** The assistant of the caller's site. */
export function assistantOf(ctx: Context, { tenant_id, assistant_id }: Site | Visitor): Promise<Assistant> {
  return getAssistant(ctx, { tenant_id, is_admin: false }, assistant_id)
}

/** The caller's own dialog that a call is about; anybody else's is NOT_FOUND. */
export function dialogOf(call: { ctx: Context; caller: Visitor; params: { id: number } }): Promise<Dialog> {
  return getGuestDialog(call.ctx, call.caller, call.params.id)
}

function guestKey({ assistant_id, guest_id }: Visitor): string {
  return `${assistant_id}:${guest_id}`
}
