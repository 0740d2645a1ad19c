import { z } from 'zod'
import { byIp } from '../auth/shapes.ts'
import { Address } from '../email/kinds.ts'
import { route } from '../http/route.ts'
import { Done } from '../http/shapes.ts'
import { PersonName } from '../users/shapes.ts'
import { passOn } from './contact.ts'

// A line end in it could end a header.
const Subject = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{C}\u2028\u2029]*$/u, 'one line')
const Phone = z.string().regex(/^[+\d][\d ().-]{3,30}$/)

export const contactForm = route({
  method: 'post',
  path: '/api/email/contact-form',
  tag: 'Email',
  summary: 'Сообщение через контактную форму: уходит администратору',
  access: 'public',
  limits: [byIp('contact'), { name: 'contact_all', by: () => 'all' }],
  body: z.object({
    name: PersonName.min(1),
    email: Address,
    subject: Subject,
    message: z.string().trim().min(1).max(5000),
    phone: Phone.optional(),
    website: z.string().max(500).optional().meta({ description: 'Оставьте пустым: поле для роботов' }),
  }),
  status: 202,
  response: Done,
  handler: async ({ ctx, body: { website, ...said } }) => {
    if (!website) await passOn(ctx, said)
    return { success: true }
  },
})
