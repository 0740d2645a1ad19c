import { z } from 'zod'
import { byEmail } from '../auth/shapes.ts'
import type { Locale } from '../errors.ts'
import { route, type User } from '../http/route.ts'
import { Done, Id } from '../http/shapes.ts'
import { errors as accounts } from '../users/errors.ts'
import { Email, PersonName } from '../users/shapes.ts'
import { teamOf } from '../users/team.ts'
import { addOperator, type Invitation, inviteAgain, removeOperator } from './operators.ts'
import { OperatorView, viewOf } from './shapes.ts'

const tag = 'Операторы'
const params = z.object({ id: Id })

export const list = route({
  method: 'get',
  path: '/api/operators',
  tag,
  summary: 'Команда: владелец и его операторы',
  access: 'staff',
  response: z.array(OperatorView),
  counted: true,
  handler: async ({ ctx, caller }) => {
    const rows = (await teamOf(ctx, caller.tenant_id)).map(viewOf)
    return { rows, total: rows.length }
  },
})

export const add = route({
  method: 'post',
  path: '/api/operators',
  tag,
  summary: 'Пригласить оператора: без пароля он выберет его сам по ссылке',
  access: 'user',
  limits: [byEmail('reset')], // an invitation is a password letter, and with the operator its count would be gone
  body: z.object({ email: Email, name: PersonName.min(1), password: z.string().max(1000).optional() }),
  status: 201,
  response: OperatorView.extend({
    invite_url: z.string().nullable().meta({ description: 'Ссылка действует неделю и один раз' }),
  }),
  errors: [accounts.EMAIL_ALREADY_REGISTERED],
  handler: async (call) => {
    const letter = letterOf(call)
    const { operator, invitation } = await addOperator(call.ctx, call.caller.tenant_id, { ...call.body, letter })
    return { ...viewOf(operator), invite_url: invitation && letter.linkOf(invitation) }
  },
})

export const invite = route({
  method: 'post',
  path: '/api/operators/:id/invite',
  tag,
  summary: 'Новая ссылка для пароля; прежняя перестаёт работать',
  access: 'user',
  params,
  response: z.object({ invite_url: z.string() }),
  handler: async (call) => {
    const letter = letterOf(call)
    const { ctx, caller, params } = call
    return { invite_url: letter.linkOf(await inviteAgain(ctx, caller.tenant_id, { id: params.id, letter })) }
  },
})

export const remove = route({
  method: 'delete',
  path: '/api/operators/:id',
  tag,
  summary: 'Убрать оператора: его сессии заканчиваются, диалоги возвращаются в очередь',
  access: 'user',
  params,
  response: Done,
  handler: async ({ ctx, caller, params }) => {
    await removeOperator(ctx, caller.tenant_id, params.id)
    return { success: true }
  },
})

const letterOf = ({ caller, locale, base_url }: { caller: User; locale: Locale; base_url: string }): Invitation => ({
  by: caller.name,
  locale,
  // Behind the #, so that the secret is in no server's log.
  linkOf: (invitation) => `${base_url}/console/invite#${invitation}`,
})
