import { z } from 'zod'
import { rate, type Setting, text } from '../setting.ts'

/** The settings of letters. */
export const mailSettings = [
  {
    name: 'smtp.url',
    shape: z.url({ protocol: /^smtps?$/ }),
    fallback: undefined,
    secret: true,
    about: 'smtp://user:password@host:port for letters',
  },
  { name: 'smtp.from', shape: text, fallback: undefined, about: 'sender of letters' },
  {
    name: 'email.contact',
    shape: z.email().max(254),
    fallback: undefined,
    about: 'who gets what the contact form brings; unset = the first admin',
  },
  {
    name: 'email.handoff',
    shape: z.stringbool(),
    fallback: 'true',
    about: 'whether a team is told by letter that somebody waits while nobody is there',
  },
  { name: 'limits.letter', shape: rate, fallback: '1/1m', about: 'letters that strangers cause, to one mailbox' },
  { name: 'limits.letters_day', shape: rate, fallback: '20/24h', about: 'the same, over a day' },
  { name: 'limits.letters_ip', shape: rate, fallback: '10/1h', about: 'letters caused by one address' },
  { name: 'limits.contact', shape: rate, fallback: '5/1h', about: 'messages through the contact form, of one address' },
  { name: 'limits.contact_all', shape: rate, fallback: '200/24h', about: 'the same, of everybody together' },
] as const satisfies readonly Setting[]
