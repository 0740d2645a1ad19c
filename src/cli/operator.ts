import { z } from 'zod'
import { addOperator, removeOperator } from '../operators/operators.ts'
import { viewOf } from '../operators/shapes.ts'
import { Email, PersonName } from '../users/shapes.ts'
import { teamOf } from '../users/team.ts'
import { listUsers, userMeantBy } from '../users/users.ts'
import { command } from './shell/command.ts'
import { errors } from './shell/errors.ts'
import { table } from './shell/output.ts'
import { confirmed } from './shell/prompts.ts'
import { passwordFields, passwordFlags, passwordFor } from './shell/secrets.ts'

const owner = z.string().min(1).max(255)
const ownerFlag: [string, string, string] = ['--owner <who>', 'владелец: адрес или ID', 'the owner, by address or ID']

export const add = command({
  usage: 'add',
  about: ['добавить оператора в команду владельца', "add an operator to an owner's team"],
  example: 'replyx operator add --owner anna@example.ru --email ivan@example.ru --name "Иван" --password-file ivan.txt',
  flags: [
    ownerFlag,
    ['--email <address>', 'адрес', 'address'],
    ['--name <name>', 'имя, каким его видят посетители', 'the name visitors see'],
    ...passwordFlags,
  ],
  shape: z.object({ owner, email: Email, name: PersonName.min(1), ...passwordFields }),
  run: async ({ ctx, input, globals, say }) => {
    const { id: owner_id, email: of } = await ownerMeantBy(ctx, input.owner)
    const password = await passwordFor({ globals, say }, input)
    const { operator } = await addOperator(ctx, owner_id, { email: input.email, name: input.name, password })
    const shown = input.generate ? { password } : {}
    return {
      data: { ...viewOf(operator), owner_id, ...shown },
      text: [
        say(`${operator.email} теперь в команде ${of}`, `${operator.email} is in the team of ${of} now`),
        ...Object.values(shown).map((one) => say(`Пароль: ${one}`, `Password: ${one}`)),
      ].join('\n'),
    }
  },
})

export const list = command({
  usage: 'list',
  about: ['операторы владельца, без --owner — все', 'the operators of an owner, or of everybody'],
  example: 'replyx operator list --owner anna@example.ru --json',
  flags: [ownerFlag],
  shape: z.object({ owner: owner.optional() }),
  run: async ({ ctx, input, say }) => {
    const people = input.owner
      ? await teamOf(ctx, (await ownerMeantBy(ctx, input.owner)).id)
      : (await listUsers(ctx, { limit: 10_000, offset: 0 })).users
    const operators = people.filter((one) => one.owner_id !== null)
    const rows = operators.map((one) => ({ ...viewOf(one), owner_id: one.owner_id }))
    const headings = ['ID', 'E-mail', say('Имя', 'Name'), say('Владелец', 'Owner'), say('Был', 'Last seen')]
    return {
      data: rows,
      text: table(
        headings,
        rows.map((one) => [String(one.id), one.email, one.name, String(one.owner_id), one.last_login_at ?? '—']),
      ),
    }
  },
})

export const remove = command({
  usage: 'remove <who>',
  about: [
    'убрать оператора; его диалоги возвращаются в очередь',
    'remove an operator; what they had goes back to the queue',
  ],
  example: 'replyx operator remove ivan@example.ru --yes',
  shape: z.object({ who: owner }),
  run: async ({ ctx, input, globals, say }) => {
    const user = await userMeantBy(ctx, input.who)
    if (user.owner_id === null) throw errors.NOT_AN_OPERATOR({ email: user.email })
    const sure = await confirmed({ globals, say }, `Убрать ${user.email}?`, `Remove ${user.email}?`)
    if (!sure) return { data: { id: user.id, removed: false }, text: say('Ничего не изменено', 'Nothing was changed') }
    await removeOperator(ctx, user.owner_id, user.id)
    return {
      data: { id: user.id, removed: true },
      text: say(`${user.email} больше не оператор`, `${user.email} is no operator any more`),
    }
  },
})

async function ownerMeantBy(ctx: Parameters<typeof userMeantBy>[0], who: string) {
  const user = await userMeantBy(ctx, who)
  if (user.owner_id !== null) throw errors.NOT_AN_OWNER({ email: user.email })
  return user
}
