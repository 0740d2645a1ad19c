import { giveWelcomeBonus } from '../billing/charge.ts'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { forgetLettersOf } from '../email/write.ts'
import { errors as common, invalid } from '../errors.ts'
import { publish } from '../events/publish.ts'
import { forgetEventsOf } from '../events/read.ts'
import type { Staff } from '../http/route.ts'
import { hashPassword, passwordFits } from '../lib/crypto.ts'
import { errors } from './errors.ts'
import { accountClosed } from './events.ts'
import { assertGoodPassword } from './password.ts'
import type { UserRow } from './store.ts'
import * as store from './store.ts'

export type Account = Omit<UserRow, 'password_hash'>
export type NewUser = {
  email: string
  password: string
  first_name?: string
  last_name?: string
  is_admin?: boolean
  /** The owner whose operator this is. */
  owner_id?: number
  confirmed: boolean
}

/** Adds an account; an owner whose address needs no confirmation gets the welcome bonus with it. Throws EMAIL_ALREADY_REGISTERED for a known address, VALIDATION_ERROR for a weak password. */
export async function addUser(ctx: Context, user: NewUser): Promise<Account> {
  const now = ctx.now()
  const password_hash = await makePasswordHash(user.password)
  const row = {
    email: normaliseEmail(user.email),
    password_hash,
    first_name: user.first_name ?? '',
    last_name: user.last_name ?? '',
    is_admin: user.is_admin ? 1 : 0,
    owner_id: user.owner_id ?? null,
    email_confirmed_at: user.confirmed ? now : null,
    created_at: now,
    last_login_at: null,
  }
  return inTransaction(ctx, async (ctx) => {
    const added = await store.insertUser(ctx.db, row)
    if (!added) throw errors.EMAIL_ALREADY_REGISTERED({ field: 'email' })
    if (user.confirmed && added.owner_id === null) await giveWelcomeBonus(ctx, added.id)
    return accountOf(added)
  })
}

/** The account, or NOT_FOUND. */
export async function getUser(ctx: Context | TxContext, id: number): Promise<Account> {
  const row = await store.findUser(ctx.db, id)
  if (!row) throw common.NOT_FOUND({ user_id: id })
  return accountOf(row)
}

/** The account with this address, in any letter case. */
export async function findUserByEmail(ctx: Context | TxContext, email: string): Promise<Account | undefined> {
  const row = await store.findUserByEmail(ctx.db, normaliseEmail(email))
  return row && accountOf(row)
}

/** The account meant by an address or an id, as an admin types it; NOT_FOUND when there is none. */
export async function userMeantBy(ctx: Context, who: string): Promise<Account> {
  if (/^\d+$/.test(who)) return getUser(ctx, Number(who))
  const user = await findUserByEmail(ctx, who)
  if (!user) throw common.NOT_FOUND({ email: who })
  return user
}

/** The account whose address and password these are, else INVALID_CREDENTIALS, in the same time whether or not the address is known. */
export async function userWithPassword(ctx: Context, email: string, password: string): Promise<Account> {
  const row = await store.findUserByEmail(ctx.db, normaliseEmail(email))
  if (!(await passwordFits(password, row?.password_hash)) || !row) throw errors.INVALID_CREDENTIALS()
  return accountOf(row)
}

/** An account as a member of staff: an owner is their own tenant, an operator belongs to their owner's. */
export function staffOf(
  user: Pick<Account, 'id' | 'owner_id' | 'is_admin' | 'email' | 'first_name' | 'last_name'>,
): Staff {
  const { id, owner_id, email } = user
  return {
    id,
    email,
    tenant_id: owner_id ?? id,
    is_admin: user.is_admin === 1,
    role: owner_id === null ? 'owner' : 'operator',
    name: [user.first_name, user.last_name].filter(Boolean).join(' ') || email.replace(/@.*$/, ''),
  }
}

/** Changes the profile fields that are given. */
export async function changeProfile(
  ctx: Context,
  id: number,
  change: { first_name?: string; last_name?: string; onboarding_completed?: boolean },
) {
  const { onboarding_completed, ...names } = change
  const columns = {
    ...names,
    ...(onboarding_completed === undefined ? {} : { onboarding_completed: onboarding_completed ? 1 : 0 }),
  }
  if (Object.values(columns).every((value) => value === undefined)) return getUser(ctx, id)
  const row = await store.changeUser(ctx.db, id, columns)
  if (!row) throw common.NOT_FOUND()
  return accountOf(row)
}

/** Replaces the password after checking the current one; VALIDATION_ERROR when it is wrong, weak or the same. The caller ends the sessions. */
export async function replacePassword(
  ctx: Context,
  id: number,
  passwords: { current_password: string; new_password: string },
): Promise<void> {
  const row = await store.findUser(ctx.db, id)
  if (!(await passwordFits(passwords.current_password, row?.password_hash))) {
    throw invalid('current_password', 'неверный текущий пароль', 'the current password is wrong')
  }
  if (passwords.current_password === passwords.new_password) {
    throw invalid('new_password', 'совпадает с текущим', 'is the same as the current one')
  }
  await setHashedPassword(ctx, id, await makePasswordHash(passwords.new_password, 'new_password'))
}

/** Sets a password without asking for the old one; VALIDATION_ERROR for a weak one. */
export async function setPassword(ctx: Context, id: number, password: string): Promise<void> {
  await setHashedPassword(ctx, id, await makePasswordHash(password))
}

/** The hash of a password that is good enough; VALIDATION_ERROR about `field` for a weak one. */
export async function makePasswordHash(password: string, field = 'password'): Promise<string> {
  assertGoodPassword(password, field)
  return hashPassword(password)
}

/** Sets a password that is hashed already: hashing takes too long for a transaction. */
export async function setHashedPassword(ctx: Context | TxContext, id: number, password_hash: string): Promise<void> {
  await store.setPassword(ctx.db, id, password_hash)
}

/** Whether an account is blocked, by itself or with the owner it works for. */
export async function isShutOut(ctx: Context, { is_blocked, owner_id }: Account): Promise<boolean> {
  return is_blocked === 1 || (owner_id !== null && (await getUser(ctx, owner_id)).is_blocked === 1)
}

/** Blocks or unblocks; a repeat changes nothing. The caller ends the sessions. */
export async function setBlocked(ctx: Context | TxContext, id: number, blocked: boolean): Promise<void> {
  await store.setBlocked(ctx.db, id, blocked ? 1 : 0)
}

/** Marks the address as confirmed and gives its owner the welcome bonus; a repeat keeps the first moment and gives nothing. */
export async function confirmEmail(ctx: Context | TxContext, id: number): Promise<Account> {
  return inTransaction(ctx, async (ctx) => {
    const user = accountOf(await store.confirmEmail(ctx.db, id, ctx.now()))
    if (user.owner_id === null) await giveWelcomeBonus(ctx, id)
    return user
  })
}

/** Remembers that the account signed in now. */
export async function noteLogin(ctx: Context | TxContext, id: number): Promise<void> {
  await store.noteLogin(ctx.db, id, ctx.now())
}

/** Deletes the account with everything of its tenant that hangs on it, the facts of its dialogs included; what an operator had goes back to the queue. */
export async function deleteUser(ctx: Context, id: number): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const { owner_id, email } = await getUser(ctx, id)
    if (owner_id !== null) await publish(ctx, accountClosed, { tenant_id: owner_id, user_id: id })
    await forgetEventsOf(ctx, id)
    await forgetLettersOf(ctx, { tenant_id: id, email })
    await store.deleteUser(ctx.db, id)
  })
}

export async function listUsers(ctx: Context, page: { limit: number; offset: number }) {
  return { users: (await store.listUsers(ctx.db, page)).map(accountOf), total: await store.countUsers(ctx.db) }
}

/** Addresses are compared in lower case, so one mailbox is one account. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase()
}

/** A row without what nobody may see. */
export function accountOf({ password_hash: _, ...rest }: UserRow): Account {
  return rest
}
