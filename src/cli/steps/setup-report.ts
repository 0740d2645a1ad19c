import type { Assistant } from '../../assistants/assistants.ts'
import { embedTag } from '../../assistants/sites.ts'
import { given } from '../../config/at-hand.ts'
import { publicUrl } from '../../config/config.ts'
import { secretKeyFile } from '../../config/secret-key.ts'
import type { Context } from '../../context.ts'
import type { Locale } from '../../errors.ts'
import type { Account } from '../../users/users.ts'
import type { Answer, Globals } from '../shell/command.ts'
import { paint, sheet } from '../shell/output.ts'

type Say = (ru: string, en: string) => string
/** What a setup did, or found done. */
export type Done = {
  admin: Account
  assistant: Assistant | undefined
  demo: Assistant | undefined
  password?: string
  changed: boolean
}

/** What a setup says at its end; a password that was made up is shown here and nowhere else. */
export function answerOf(
  ctx: Context,
  done: Done,
  { say, locale, globals }: { say: Say; locale: Locale; globals: Globals },
): Answer {
  const { admin, assistant, demo, changed, password } = done
  const { data_dir } = ctx.config
  const keys = (one: Assistant | undefined) => (one ? { id: one.id, site_token: one.site_token } : null)
  const shown = password === undefined ? {} : { password }
  return {
    data: {
      changed,
      admin: { id: admin.id, email: admin.email },
      ...shown,
      data_dir,
      locale,
      assistant: keys(assistant),
      demo: keys(demo),
    },
    // The installer goes on by itself and says at its own end what comes next.
    text: [
      headline(done, say),
      sheet(facts(ctx, done, say)),
      ...(given('setup.installer') ? [] : ['', nextSteps(done, say, globals)]),
    ].join('\n'),
  }
}

function headline({ changed, demo }: Done, say: Say): string {
  if (changed) return `${paint('green', '✓')} ${say('Готово', 'Done')}`
  const more = demo ? '' : say(' Магазин-образец: replyx setup --demo', ' The sample shop: replyx setup --demo')
  return (
    say(
      'Здесь уже всё подготовлено, ничего не изменено.',
      'Everything is prepared here already, nothing was changed.',
    ) + more
  )
}

function facts(ctx: Context, { admin, assistant, demo, password }: Done, say: Say): [string, string][] {
  const key = say(
    'без него сохранённые ключи не прочитать — держите копию',
    'stored keys cannot be read without it: keep a copy',
  )
  return [
    [say('Рабочее место', 'Console'), `${publicUrl(ctx.config)}/console`],
    [say('Администратор', 'Admin'), admin.email],
    ...one(password, (text) => [
      say('Пароль', 'Password'),
      `${text}   (${say('больше не будет показан', 'it is shown only now')})`,
    ]),
    [say('Данные', 'Data'), ctx.config.data_dir],
    [say('Секретный ключ', 'Secret key'), `${secretKeyFile(ctx.config)}   (${key})`],
    ...one(demo, ({ id, name }) => [
      say('Магазин-образец', 'Sample shop'),
      `${say('ассистент', 'assistant')} ${id}, ${name}`,
    ]),
    ...one(assistant, ({ id, name }) => [say('Ассистент', 'Assistant'), `${id}, ${name}`]),
    ...one(assistant, (made) => [say('Тег для сайта', 'Tag for the site'), embedTag(made, publicUrl(ctx.config))]),
  ]
}

function one<T>(thing: T | undefined, row: (thing: T) => [string, string]): [string, string][] {
  return thing === undefined ? [] : [row(thing)]
}

function nextSteps({ admin, assistant, demo }: Done, say: Say, { data_dir }: Globals): string {
  const where = data_dir === undefined ? '' : ` --data-dir ${data_dir}`
  const make = `replyx assistant add${where} --owner ${admin.email} --name "${say('Помощник', 'Helper')}"`
  const [mine, asked] = [assistant ?? demo, demo ?? assistant]
  const steps = [
    `replyx start${where}`,
    ...(mine ? [] : [make]),
    `replyx knowledge add${where} --assistant ${mine?.id ?? 1} ${say('ПАПКА', 'FOLDER')}`,
    `replyx ask${where} --assistant ${asked?.id ?? 1} "${say('Сколько стоит доставка?', 'How much is delivery?')}"`,
  ]
  return [say('Дальше:', 'Next:'), ...steps.map((step) => `  ${step}`)].join('\n')
}
