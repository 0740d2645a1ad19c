import { type Config, publicUrl } from '../config/config.ts'
import type { Context } from '../context.ts'
import { AppError, type Locale, type Texts } from '../errors.ts'
import { randomId } from '../lib/ids.ts'
import { MailFailed, type MailFailure } from '../outside/smtp.ts'
import { composeLetter } from './composing/compose.ts'
import { errors } from './errors.ts'

type Tried = { smtp_server: string; sent_at: number }

/** What each failure means, and what helps. */
export const hints: Record<MailFailure | 'no_smtp', Texts> = {
  no_smtp: {
    ru: 'Почта не настроена: задайте smtp.url и smtp.from',
    en: 'Mail is not configured: set smtp.url and smtp.from',
  },
  unreachable: {
    ru: 'Почтовый сервер недоступен: проверьте адрес, порт и шифрование (smtps:// — порт 465, smtp:// — 587)',
    en: 'The mail server cannot be reached: check address, port and encryption (smtps:// is port 465, smtp:// is 587)',
  },
  login: {
    ru: 'Почтовый сервер не принял имя или пароль; многим нужен отдельный «пароль приложения»',
    en: 'The mail server did not accept name or password; many want a separate “app password”',
  },
  sender: {
    ru: 'Сервер не разрешает этого отправителя: smtp.from должен принадлежать тому, кто входит',
    en: 'The server does not allow this sender: smtp.from must belong to whoever signs in',
  },
  busy: { ru: 'Сервер занят, попробуйте через несколько минут', en: 'The server is busy, try again in some minutes' },
  refused: { ru: 'Сервер отказал этому адресу или письму', en: 'The server refused this address or letter' },
}

/** Sends a trial letter right now, past the outbox. SMTP_CONNECTION_FAILED or EMAIL_SEND_FAILED with a sentence that says what helps. */
export async function sendTrial(ctx: Context, to: string, locale: Locale): Promise<Tried> {
  const { smtp } = ctx.outside
  if (!smtp) throw failed('no_smtp', '')
  const letter = composeLetter(ctx.config, { kind: 'test', locale }, { host: hostOf(ctx.config) })
  try {
    await smtp.send({ to, message_id: randomId(), ...letter })
  } catch (error) {
    if (error instanceof MailFailed) throw failed(error.why, error.detail)
    throw error
  }
  return { smtp_server: smtp.host, sent_at: ctx.now() }
}

function failed(why: MailFailure | 'no_smtp', reply: string): AppError {
  const isAnswered = why === 'refused' || why === 'sender' || why === 'busy'
  const { code, status } = isAnswered ? errors.EMAIL_SEND_FAILED : errors.SMTP_CONNECTION_FAILED
  const said = reply ? ` (${reply})` : ''
  const texts = { ru: `${hints[why].ru}${said}`, en: `${hints[why].en}${said}` }
  return new AppError(code, status, texts, { reason: why, reply })
}

function hostOf(config: Config): string {
  return new URL(publicUrl(config)).host
}
