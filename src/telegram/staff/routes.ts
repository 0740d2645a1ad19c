import { z } from 'zod'
import { getBot } from '../../bots/bots.ts'
import type { Context } from '../../context.ts'
import type { Locale } from '../../errors.ts'
import { route } from '../../http/route.ts'
import { Done, Id } from '../../http/shapes.ts'
import { toIso } from '../../lib/time.ts'
import { dropGroup, findGroup } from './group.ts'
import { inviteToTelegram } from './linking/invite.ts'
import { linkedPeople, unlinkPerson } from './people.ts'
import type { Group } from './store.ts'
import { problems } from './texts.ts'

const tag = 'Telegram'
const GroupView = z
  .object({
    title: z.string(),
    chat_id: z.string(),
    bot_id: z.int(),
    bot_username: z.string(),
    linked_at: z.iso.datetime(),
    problem: z.enum(['kicked', 'no_rights', 'no_topics']).nullable(),
    message: z.string().nullable().meta({ description: 'Что не так и что сделать, словами' }),
  })
  .meta({ id: 'StaffGroup' })

export const codes = route({
  method: 'post',
  path: '/api/telegram/codes',
  tag,
  summary: 'Одноразовый код: подключить группу операторов (владелец) или связать свой Telegram',
  access: 'staff',
  body: z.object({ purpose: z.enum(['group', 'operator']) }),
  status: 201,
  response: z.object({
    command: z.string().meta({ description: 'Отправить боту или в группу', example: '/link 3q2-7w…' }),
    url: z.string().nullable().meta({ description: 'То же ссылкой; null, пока нет бота' }),
    bot_username: z.string().nullable(),
    expires_at: z.iso.datetime(),
  }),
  handler: ({ ctx, caller, body }) => inviteToTelegram(ctx, caller, body.purpose),
})

export const group = route({
  method: 'get',
  path: '/api/telegram/group',
  tag,
  summary: 'Группа операторов; null, если её нет',
  access: 'staff',
  response: GroupView.nullable(),
  handler: async ({ ctx, caller, locale }) => {
    const found = await findGroup(ctx, caller.tenant_id)
    return found ? groupView(ctx, found, locale) : null
  },
})

export const unlink = route({
  method: 'delete',
  path: '/api/telegram/group',
  tag,
  summary: 'Отвязать группу: новые диалоги туда не придут',
  access: 'user',
  response: Done,
  handler: async ({ ctx, caller }) => {
    await dropGroup(ctx, caller.tenant_id)
    return { success: true }
  },
})

export const people = route({
  method: 'get',
  path: '/api/telegram/people',
  tag,
  summary: 'Кто из команды связал свой Telegram',
  access: 'staff',
  response: z.array(
    z.object({ user_id: z.int(), name: z.string(), telegram_name: z.string(), linked_at: z.iso.datetime() }),
  ),
  handler: ({ ctx, caller }) => linkedPeople(ctx, caller.tenant_id),
})

// A module lists its routes by name, so this one is asked before `unlinkOne`, whose id it is not.
export const unlinkMe = route({
  method: 'delete',
  path: '/api/telegram/people/me',
  tag,
  summary: 'Отвязать свой Telegram',
  access: 'staff',
  response: Done,
  handler: async ({ ctx, caller }) => {
    await unlinkPerson(ctx, caller, caller.id)
    return { success: true }
  },
})

export const unlinkOne = route({
  method: 'delete',
  path: '/api/telegram/people/:id',
  tag,
  summary: 'Отвязать Telegram сотрудника',
  access: 'user',
  params: z.object({ id: Id }),
  response: Done,
  handler: async ({ ctx, caller, params }) => {
    await unlinkPerson(ctx, caller, params.id)
    return { success: true }
  },
})

async function groupView(ctx: Context, { tenant_id, problem, linked_at, ...group }: Group, locale: Locale) {
  const { username } = await getBot(ctx, { tenant_id, is_admin: false }, group.bot_id)
  const message = problem === null ? null : problems[problem][locale]
  return { ...group, bot_username: username, linked_at: toIso(linked_at), problem, message }
}
