import { publicUrl } from '../config/config.ts'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { writeLetter } from '../email/write.ts'
import { errors as common, type Locale } from '../errors.ts'
import type { Door } from '../http/route.ts'
import {
  type Account,
  addUser,
  confirmEmail,
  findUserByEmail,
  isShutOut,
  makePasswordHash,
  noteLogin,
  replacePassword,
  setHashedPassword,
  userWithPassword,
} from '../users/users.ts'
import { useConfirmationCode, useResetCode, writeCodeLetter } from './codes.ts'
import { errors } from './errors.ts'
import { endSessionsOf, openSession, type Signed } from './sessions.ts'

export type Registration = { email: string; password: string; first_name?: string; last_name?: string }
export type Registered = {
  email: string
  email_confirmation_required: boolean
  user: Account | null
  signed: Signed | null
}

/**
 * Registers an owner when registration is open. With mail configured the address must be confirmed first, and a known address gets the same answer
 * and a letter that says so; without mail the account is confirmed at once and signed in, and a known address is EMAIL_ALREADY_REGISTERED.
 */
export async function register(ctx: Context, person: Registration, locale: Locale): Promise<Registered> {
  if (ctx.config.registration !== 'open')
    throw common.INSUFFICIENT_PERMISSIONS({ registration: ctx.config.registration })
  const byMail = ctx.outside.smtp !== undefined
  const known = byMail ? await findUserByEmail(ctx, person.email) : undefined
  const user = known ?? (await addUser(ctx, { ...person, confirmed: !byMail }))
  if (!byMail)
    return { email: user.email, email_confirmation_required: false, user, signed: await openSession(ctx, user) }
  const kind = known?.email_confirmed_at ? 'known' : 'confirm'
  await inTransaction(ctx, (ctx) => writeCodeLetter(ctx, user, { kind, locale }))
  return { email: user.email, email_confirmation_required: true, user: null, signed: null }
}

/** Signs in; INVALID_CREDENTIALS for a wrong pair or a blocked account, EMAIL_NOT_CONFIRMED before the code was entered. */
export async function login(
  ctx: Context,
  { email, password }: { email: string; password: string },
  door: Door = 'api',
): Promise<Signed> {
  const user = await userWithPassword(ctx, email, password)
  if (await isShutOut(ctx, user)) throw common.INSUFFICIENT_PERMISSIONS({ reason: 'blocked' })
  if (user.email_confirmed_at === null && !user.is_admin) throw errors.EMAIL_NOT_CONFIRMED()
  await noteLogin(ctx, user.id)
  return openSession(ctx, user, door)
}

/** Confirms an address by the code of the letter and signs in. An unknown address answers like a wrong code. */
export async function confirmAddress(ctx: Context, { email, code }: { email: string; code: string }): Promise<Signed> {
  const user = await findUserByEmail(ctx, email)
  if (!user || user.is_blocked) throw errors.CONFIRMATION_CODE_EXPIRED()
  await useConfirmationCode(ctx, user.id, code)
  const confirmed = await inTransaction(ctx, (ctx) => welcome(ctx, user.id))
  return openSession(ctx, confirmed)
}

async function welcome(ctx: TxContext, id: number): Promise<Account> {
  const user = await confirmEmail(ctx, id)
  await writeLetter(ctx, {
    ...{ kind: 'welcome', to: user.email, tenant_id: id, locale: ctx.config.locale, once: `welcome:${id}` },
    data: { url: `${publicUrl(ctx.config)}/console` },
  })
  return user
}

/** Sends the code again if the address waits for one; says nothing about whether it does. */
export async function resendCode(ctx: Context, email: string, locale: Locale): Promise<void> {
  const user = await findUserByEmail(ctx, email)
  if (!user || user.email_confirmed_at !== null || !ctx.outside.smtp) return
  await inTransaction(ctx, (ctx) => writeCodeLetter(ctx, user, { kind: 'confirm', locale }))
}

/** Mails a password code if the address is known; says nothing about whether it is. */
export async function forgotPassword(ctx: Context, email: string, locale: Locale): Promise<void> {
  const user = await findUserByEmail(ctx, email)
  if (!user || user.is_blocked || !ctx.outside.smtp) return
  await inTransaction(ctx, (ctx) => writeCodeLetter(ctx, user, { kind: 'reset', locale }))
}

/** Sets a new password by the code of the letter and ends every session; a weak password leaves the code as good as it was. */
export async function resetPassword(
  ctx: Context,
  { token, new_password }: { token: string; new_password: string },
): Promise<void> {
  const password_hash = await makePasswordHash(new_password, 'new_password')
  // One transaction: a code is used up only by the password it set.
  const user_id = await inTransaction(ctx, async (ctx) => {
    const id = await useResetCode(ctx, token)
    await setHashedPassword(ctx, id, password_hash)
    return id
  })
  await endSessionsOf(ctx, user_id)
}

/** Changes the own password; every other session ends. */
export async function changePassword(
  ctx: Context,
  user: { id: number; session_id: string },
  passwords: { current_password: string; new_password: string },
) {
  await replacePassword(ctx, user.id, passwords)
  await endSessionsOf(ctx, user.id, user.session_id)
}
