import { z } from 'zod'

const MAX_TEXT = 4096 // UTF-16 units; Telegram sends no longer text
/** What a message may be besides words, photos and documents. */
export const UNREADABLE = [
  'voice',
  'video_note',
  'video',
  'audio',
  'sticker',
  'location',
  'venue',
  'contact',
  'animation',
  'poll',
  'dice',
  'story',
  'paid_media',
] as const

const Whole = z.string().refine((text) => text.isWellFormed() && !text.includes('\0'), 'broken text')
const Text = Whole.max(MAX_TEXT)
const Name = z.string().transform((text) => text.toWellFormed().replaceAll('\0', '').slice(0, 128))
const PositiveId = z.int().positive()
/** Whoever wrote, as far as we care. */
export const User = z.object({
  id: PositiveId,
  is_bot: z.boolean().optional(),
  first_name: Name.optional(),
  last_name: Name.optional(),
  username: Name.optional(),
  language_code: z.string().max(35).optional().catch(undefined),
})
/** Where it was written. */
export const ChatShape = z.object({
  id: z.int().refine((id) => id !== 0),
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
  title: Name.optional(),
  username: Name.optional(),
})
const Entities = z
  .array(
    z.object({
      type: z.string().max(40),
      offset: z.int().nonnegative(),
      length: z.int().positive(),
      user: z.object({ id: z.int() }).optional(),
    }),
  )
  .max(1000)
  .optional()
const FileId = z.string().min(1).max(300)
/** A message, new or edited. Fields that we do not know are left out; those that we know must be what the Bot API says (10.1), or the update is set aside. */
export const Message = z.object({
  message_id: PositiveId,
  message_thread_id: PositiveId.optional(),
  chat: ChatShape,
  from: User.optional(),
  text: Text.optional(),
  caption: Text.optional(),
  entities: Entities,
  caption_entities: Entities,
  photo: z
    .array(z.object({ file_id: FileId, file_size: z.int().nonnegative().optional() }))
    .max(20)
    .optional(),
  document: z
    .object({ file_id: FileId, file_name: Name.optional(), file_size: z.int().nonnegative().optional() })
    .optional(),
  reply_to_message: z
    .object({ message_id: PositiveId, from: z.object({ id: z.int() }).optional(), text: Whole.optional().catch('') })
    .optional()
    .catch(undefined),
  migrate_to_chat_id: z.int().optional(),
  ...Object.fromEntries(UNREADABLE.map((kind) => [kind, z.unknown().optional()])),
})
/** A pressed button. */
export const Query = z.object({
  id: z.string().min(1).max(100),
  from: User,
  data: Whole.max(64).optional(),
  message: z.object({ message_id: PositiveId, chat: ChatShape }).optional().catch(undefined),
})
/** The bot itself was let in or thrown out. */
export const Member = z.object({
  chat: ChatShape,
  from: User,
  new_chat_member: z.object({
    status: z.string().max(40),
    is_member: z.boolean().optional(),
    can_manage_topics: z.boolean().optional(),
  }),
})
