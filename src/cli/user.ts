import { z } from 'zod'
import { deleteAssistant, listAssistants } from '../assistants/assistants.ts'
import { blockUser, endSessionsOf } from '../auth/sessions.ts'
import type { Context } from '../context.ts'
import { toIso, toIsoOrNull } from '../lib/time.ts'
import { isLastAdmin } from '../users/admins.ts'
import { Email, PersonName } from '../users/shapes.ts'
import { type Account, addUser, deleteUser, listUsers, setBlocked, setPassword, userMeantBy } from '../users/users.ts'
import { command, EVERYBODY, Whole } from './shell/command.ts'
import { errors } from './shell/errors.ts'
import { sheet, table } from './shell/output.ts'
import { confirmed } from './shell/prompts.ts'
import { passwordFields, passwordFlags, passwordFor } from './shell/secrets.ts'
import { workKnowledge } from './steps/indexing.ts'

const who = z.string().min(1).max(255)
const shape = z.object({ who })

export const add = command({
  usage: 'add',
  about: ['добавить учётную запись', 'add an account'],
  example: 'replyx user add --email anna@example.ru --password-file anna.txt --name "Анна"',
  needs: 'fresh',
  flags: [
    ['--email <address>', 'адрес', 'address'],
    ...passwordFlags,
    ['--admin', 'администратор всей системы', 'admin of the whole appliance'],
    ['--name <name>', 'имя', 'name'],
  ],
  shape: z.object({ email: Email, admin: z.boolean().default(false), name: PersonName.optional(), ...passwordFields }),
  run: async ({ ctx, input, globals, say }) => {
    const password = await passwordFor({ globals, say }, input)
    const user = await addUser(ctx, { ...asNewUser(input), password, confirmed: true })
    const { id, email } = user
    const shown = input.generate ? { password } : {}
    return {
      data: { id, email, is_admin: user.is_admin === 1, ...shown },
      text: [say(`Добавлена учётная запись ${id}: ${email}`, `Account ${id} was added: ${email}`), ...line(shown)].join(
        '\n',
      ),
    }
  },
})

export const list = command({
  usage: 'list',
  about: ['все учётные записи', 'all accounts'],
  example: 'replyx user list --json',
  flags: [
    ['--limit <n>', 'не больше стольких', 'at most that many'],
    ['--offset <n>', 'пропустить столько', 'skip that many'],
  ],
  shape: z.object({ limit: Whole.default(1000), offset: Whole.default(0) }),
  run: async ({ ctx, input, say }) => {
    const { users } = await listUsers(ctx, input)
    const headings = ['ID', 'E-mail', say('Имя', 'Name'), say('Роль', 'Role'), say('Был', 'Last seen')]
    return {
      data: users.map(viewOf),
      text: table(
        headings,
        users.map((user) => rowOf(user, say)),
      ),
    }
  },
})

export const show = command({
  usage: 'show <who>',
  about: ['одна учётная запись: адрес или ID', 'one account, by address or ID'],
  example: 'replyx user show anna@example.ru',
  shape,
  run: async ({ ctx, input }) => {
    const view = viewOf(await userMeantBy(ctx, input.who))
    return { data: view, text: sheet(Object.entries(view)) }
  },
})

export const passwd = command({
  usage: 'passwd <who>',
  about: ['новый пароль; все сеансы заканчиваются', 'a new password; all sessions end'],
  example: 'replyx user passwd anna@example.ru --generate',
  flags: passwordFlags,
  shape: z.object({ who, ...passwordFields }),
  run: async ({ ctx, input, globals, say }) => {
    const user = await userMeantBy(ctx, input.who)
    const password = await passwordFor({ globals, say }, input)
    await setPassword(ctx, user.id, password)
    await endSessionsOf(ctx, user.id)
    const shown = input.generate ? { password } : {}
    const done = say(
      `Пароль ${user.email} изменён, сеансы закончены`,
      `The password of ${user.email} was changed, all sessions ended`,
    )
    return { data: { id: user.id, email: user.email, ...shown }, text: [done, ...line(shown)].join('\n') }
  },
})

export const block = command({
  usage: 'block <who>',
  about: ['закрыть доступ; все сеансы заканчиваются сразу', 'deny access; all sessions end at once'],
  example: 'replyx user block anna@example.ru --yes',
  shape,
  run: async ({ ctx, input, globals, say }) => {
    const user = await userMeantBy(ctx, input.who)
    if (!(await confirmed({ globals, say }, `Закрыть доступ ${user.email}?`, `Block ${user.email}?`)))
      return unchanged(say)
    await blockUser(ctx, user.id)
    return { data: blockedView(user, true), text: say(`${user.email}: доступ закрыт`, `${user.email} is blocked`) }
  },
})

export const unblock = command({
  usage: 'unblock <who>',
  about: ['вернуть доступ', 'allow access again'],
  example: 'replyx user unblock anna@example.ru --yes',
  shape,
  run: async ({ ctx, input, say }) => {
    const user = await userMeantBy(ctx, input.who)
    await setBlocked(ctx, user.id, false)
    return { data: blockedView(user, false), text: say(`${user.email}: доступ открыт`, `${user.email} is unblocked`) }
  },
})

export const remove = command({
  usage: 'delete <who>',
  about: ['удалить вместе со всем, что принадлежит', 'delete with everything that belongs to it'],
  example: 'replyx user delete anna@example.ru',
  shape,
  run: async ({ ctx, input, globals, say }) => {
    const user = await userMeantBy(ctx, input.who)
    if (await isLastAdmin(ctx, user)) throw errors.LAST_ADMIN()
    const question = say(
      `Удалить ${user.email} со всеми ассистентами, документами и диалогами?`,
      `Delete ${user.email} with all assistants, documents and dialogs?`,
    )
    if (!(await confirmed({ globals, say }, question, question))) return unchanged(say)
    await deleteAssistantsOf(ctx, user.id)
    await deleteUser(ctx, user.id)
    return { data: { id: user.id, deleted: true }, text: say(`${user.email}: удалено`, `${user.email} was deleted`) }
  },
})

type Say = (ru: string, en: string) => string
// Files on the disk and passages hang on assistants by their own clearing; only then the rows may go.
async function deleteAssistantsOf(ctx: Context, tenant_id: number): Promise<void> {
  const all = { limit: 10_000, offset: 0 }
  for (const { id } of await listAssistants(ctx, tenant_id, all)) await deleteAssistant(ctx, EVERYBODY, id)
  await workKnowledge(ctx)
}

function asNewUser({ email, admin, name }: { email: string; admin: boolean; name?: string | undefined }) {
  return { email, is_admin: admin, ...(name === undefined ? {} : { first_name: name }) }
}

function viewOf(user: Account) {
  return {
    id: user.id,
    email: user.email,
    first_name: user.first_name,
    last_name: user.last_name,
    is_admin: user.is_admin === 1,
    is_blocked: user.is_blocked === 1,
    is_email_confirmed: user.email_confirmed_at !== null,
    created_at: toIso(user.created_at),
    last_login_at: toIsoOrNull(user.last_login_at),
  }
}

function blockedView({ id, email }: Account, is_blocked: boolean) {
  return { id, email, is_blocked }
}

function rowOf(user: Account, say: Say) {
  const role = user.is_admin ? say('администратор', 'admin') : say('владелец', 'owner')
  const seen = toIsoOrNull(user.last_login_at)?.slice(0, 16).replace('T', ' ')
  return [
    user.id,
    user.email,
    `${user.first_name} ${user.last_name}`.trim() || null,
    user.is_blocked ? say('заблокирован', 'blocked') : role,
    seen,
  ]
}

function unchanged(say: Say) {
  return { data: { changed: false }, text: say('Ничего не изменено', 'Nothing was changed'), exit: 4 }
}

function line({ password }: { password?: string }): string[] {
  return password === undefined ? [] : [`  ${password}`]
}
