import { z } from 'zod'
import { route } from '../http/route.ts'
import { PersonName, Profile, profileOf } from './shapes.ts'
import { changeProfile, getUser } from './users.ts'

const tag = 'Пользователи'

export const me = route({
  method: 'get',
  path: '/api/users/me',
  tag,
  summary: 'Текущий пользователь',
  access: 'staff',
  response: Profile,
  handler: async ({ ctx, caller }) => profileOf(ctx, await getUser(ctx, caller.id)),
})

const change = {
  path: '/api/users/me',
  tag,
  summary: 'Изменение профиля (только переданные поля)',
  access: 'staff',
  body: z.object({
    first_name: PersonName.optional(),
    last_name: PersonName.optional(),
    onboarding_completed: z.boolean().optional(),
  }),
  response: Profile,
} as const

export const putMe = route({
  ...change,
  method: 'put',
  handler: async ({ ctx, caller, body }) => profileOf(ctx, await changeProfile(ctx, caller.id, body)),
})
export const patchMe = route({
  ...change,
  method: 'patch',
  handler: async ({ ctx, caller, body }) => profileOf(ctx, await changeProfile(ctx, caller.id, body)),
})
