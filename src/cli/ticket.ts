import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { oneLine } from '../lib/text.ts'
import { getTalk, getTicket, listTickets } from '../support/find.ts'
import { PRIORITIES, STATUSES, TicketId, talkOf, viewOf, Words } from '../support/shapes.ts'
import { answer as answerTo } from '../support/talk.ts'
import { changeTicket } from '../support/tickets.ts'
import { userMeantBy } from '../users/users.ts'
import { command, EVERYBODY, Whole } from './shell/command.ts'
import { misuse } from './shell/errors.ts'
import { sheet, table } from './shell/output.ts'

const shape = z.object({ id: TicketId })
const STDIN = 0

export const list = command({
  usage: 'list',
  about: ['обращения владельцев, новые сверху', "owners' tickets, newest first"],
  example: 'replyx ticket list --unanswered',
  flags: [
    ['--owner <who>', 'только этого владельца: адрес или ID', 'of this owner only, by address or ID'],
    ['--status <status>', STATUSES.join(', '), STATUSES.join(', ')],
    ['--priority <priority>', PRIORITIES.join(', '), PRIORITIES.join(', ')],
    ['--unanswered', 'только те, что ждут ответа', 'only those that wait for an answer'],
    ['--limit <n>', 'не больше стольких', 'at most that many'],
    ['--offset <n>', 'пропустить столько', 'skip that many'],
  ],
  shape: z.object({
    owner: z.string().min(1).max(255).optional(),
    status: z.enum(STATUSES).optional(),
    priority: z.enum(PRIORITIES).optional(),
    unanswered: z.boolean().optional(),
    limit: Whole.default(100),
    offset: Whole.default(0),
  }),
  run: async ({ ctx, input, globals, say }) => {
    const { owner, ...filter } = input
    const scope = owner === undefined ? EVERYBODY : { tenant_id: (await userMeantBy(ctx, owner)).id, is_admin: false }
    const { tickets } = await listTickets(ctx, scope, filter)
    const views = tickets.map((one) => viewOf(one, globals.locale))
    const headings = ['ID', say('Владелец', 'Owner'), say('Статус', 'Status'), say('Срочность', 'Priority')]
    const rows = views.map((one) => [
      one.unanswered ? `${one.ticket_id} *` : one.ticket_id,
      one.owner_email,
      one.status,
      one.priority,
      oneLine(one.subject),
    ])
    return { data: views, text: table([...headings, say('Тема', 'Subject')], rows) }
  },
})

export const show = command({
  usage: 'show <id>',
  about: ['обращение и переписка в нём', 'a ticket and what was said in it'],
  example: 'replyx ticket show TICKET-2026-000017',
  shape,
  run: async ({ ctx, input, globals }) => {
    const view = talkOf(await getTalk(ctx, EVERYBODY, input.id), globals.locale)
    const { messages, ...rest } = view
    const said = messages.map((one) => {
      const files = [...one.attachments.map(({ name }) => name), ...one.labels].map((name) => `\n  [${oneLine(name)}]`)
      return `${one.created_at}  ${oneLine(one.author_name)}\n${indented(one.message)}${files.join('')}`
    })
    return { data: view, text: [sheet(Object.entries(rest)), ...said].join('\n\n') }
  },
})

export const answer = command({
  usage: 'answer <id> [text]',
  about: [
    'ответить владельцу; без текста он берётся из файла или стандартного ввода',
    'answer the owner; without a text it is read from a file or standard input',
  ],
  example: 'replyx ticket answer TICKET-2026-000017 "Готово, проверьте, пожалуйста"',
  flags: [['--file <file>', 'ответ из файла', 'the answer from a file']],
  shape: shape.extend({ text: z.string().optional(), file: z.string().min(1).optional() }),
  run: async ({ ctx, input, say }) => {
    const { id, text, file } = input
    if (text !== undefined && file !== undefined)
      throw misuse('текст или --file, но не то и другое', 'a text or --file, not both')
    const words = Words.safeParse(text ?? readFileSync(file ?? STDIN, 'utf8'))
    if (!words.success) throw misuse('нужен ответ: 1–10000 знаков', 'an answer of 1 to 10000 characters is needed')
    const by = { id: 0, tenant_id: 0, name: say('Поддержка', 'Support') }
    const { message, status } = await answerTo(ctx, by, id, { message: words.data, attachments: [] })
    return { data: { ticket_id: id, message_id: message.id, status }, text: say('Ответ отправлен', 'Answered') }
  },
})

export const close = command({
  usage: 'close <id>',
  about: ['закрыть обращение', 'close a ticket'],
  example: 'replyx ticket close TICKET-2026-000017',
  shape,
  run: async ({ ctx, input, globals, say }) => {
    await changeTicket(ctx, EVERYBODY, input.id, { status: 'closed' })
    const view = viewOf(await getTicket(ctx, EVERYBODY, input.id), globals.locale)
    return { data: view, text: say('Обращение закрыто', 'The ticket is closed') }
  },
})

// A terminal takes orders from control characters, and the words are a stranger's.
function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${oneLine(line)}`)
    .join('\n')
}
