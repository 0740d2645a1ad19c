import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { writeLetter } from '../email/write.ts'
import { firstAdmin } from '../users/admins.ts'

export type Contact = { name: string; email: string; subject: string; message: string; phone?: string | undefined }

/** Passes on what somebody wrote through the contact form to whoever is set for it, else to the first admin; without either it is only logged. */
export async function passOn(ctx: Context, { phone = '', ...said }: Contact): Promise<void> {
  const admin = await firstAdmin(ctx)
  const to = await supportAddress(ctx)
  if (!to) return ctx.log.warn('the contact form reached nobody: there is no admin and no email.contact')
  const { locale } = ctx.config
  const about = { kind: 'contact' as const, to, locale, tenant_id: admin?.id ?? 0 }
  await inTransaction(ctx, (ctx) => writeLetter(ctx, { ...about, reply_to: said.email, data: { ...said, phone } }))
}

/** Where the people who look after the appliance read letters; undefined while there are none. */
export async function supportAddress(ctx: Context): Promise<string | undefined> {
  return ctx.config['email.contact'] ?? (await firstAdmin(ctx))?.email
}
