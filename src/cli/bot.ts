import { z } from 'zod'
import { getAssistant } from '../assistants/assistants.ts'
import { connectBot, listBots, removeBot, switchBot, testBot } from '../bots/bots.ts'
import { viewOf } from '../bots/shapes.ts'
import { command, EVERYBODY, TypedId } from './shell/command.ts'
import { table } from './shell/output.ts'
import { confirmed } from './shell/prompts.ts'
import { readSecret } from './shell/secrets.ts'

const shape = z.object({ id: TypedId })

export const list = command({
  usage: 'list',
  about: ['боты и как они себя чувствуют', 'the bots and how they are'],
  example: 'replyx bot list --json',
  run: async ({ ctx, globals, say }) => {
    const bots = (await listBots(ctx, EVERYBODY)).map((bot) => viewOf(bot, { now: ctx.now(), locale: globals.locale }))
    const headings = [
      'ID',
      say('Имя', 'Name'),
      say('Ассистент', 'Assistant'),
      say('Токен', 'Token'),
      say('Состояние', 'State'),
    ]
    const cells = bots.map((one) => [
      one.id,
      `@${one.username}`,
      one.assistant_id,
      one.token,
      [one.is_enabled ? one.status : say('выключен', 'off'), one.message].filter(Boolean).join(': '),
    ])
    return { data: bots, text: table(headings, cells) }
  },
})

export const add = command({
  usage: 'add',
  about: ['подключить бота к ассистенту', 'connect a bot to an assistant'],
  example: 'replyx bot add --assistant 1 --token-file bot.txt',
  flags: [
    ['--assistant <id>', 'ассистент', 'the assistant'],
    ['--token-file <file>', 'файл с токеном от @BotFather', 'file with the token from @BotFather'],
    ['--token-stdin', 'токен из стандартного ввода', 'the token from standard input'],
  ],
  shape: z.object({ assistant: TypedId, tokenFile: z.string().optional(), tokenStdin: z.boolean().optional() }),
  run: async ({ ctx, input, globals, say }) => {
    const { id: assistant_id, tenant_id } = await getAssistant(ctx, EVERYBODY, input.assistant)
    const prompt = ['Токен от @BotFather', 'The token from @BotFather'] as const
    const source = { file: input.tokenFile, stdin: input.tokenStdin, twin: 'bot_token', flag: '--token-file', prompt }
    const token = await readSecret({ globals, say }, source)
    const bot = await connectBot(ctx, { tenant_id, assistant_id }, token.trim())
    return {
      data: viewOf(bot, { now: ctx.now(), locale: globals.locale }),
      text: say(`Бот ${bot.id} подключён: @${bot.username}`, `Bot ${bot.id} is connected: @${bot.username}`),
    }
  },
})

export const start = command({
  usage: 'start <id>',
  about: ['включить; работающий сервер заметит за секунду', 'switch on; a running server notices within a second'],
  example: 'replyx bot start 1',
  shape,
  run: async ({ ctx, input, globals, say }) => {
    const bot = await switchBot(ctx, EVERYBODY, { id: input.id, on: true })
    const data = viewOf(bot, { now: ctx.now(), locale: globals.locale })
    return { data, text: say(`Бот ${bot.id} включён`, `Bot ${bot.id} is on`) }
  },
})

export const stop = command({
  usage: 'stop <id>',
  about: [
    'выключить; что ему напишут, Telegram хранит сутки',
    'switch off; Telegram keeps what is written to it for a day',
  ],
  example: 'replyx bot stop 1',
  shape,
  run: async ({ ctx, input, globals, say }) => {
    const bot = await switchBot(ctx, EVERYBODY, { id: input.id, on: false })
    const data = viewOf(bot, { now: ctx.now(), locale: globals.locale })
    return { data, text: say(`Бот ${bot.id} выключен`, `Bot ${bot.id} is off`) }
  },
})

export const remove = command({
  usage: 'remove <id>',
  about: ['отключить бота; его диалоги остаются', 'disconnect a bot; its dialogs stay'],
  example: 'replyx bot remove 1 --yes',
  shape,
  run: async ({ ctx, input, globals, say }) => {
    if (!(await confirmed({ globals, say }, `Отключить бота ${input.id}?`, `Disconnect bot ${input.id}?`)))
      return { data: { changed: false }, text: say('Ничего не изменено', 'Nothing was changed'), exit: 4 }
    await removeBot(ctx, EVERYBODY, input.id)
    return {
      data: { id: input.id, deleted: true },
      text: say(`Бот ${input.id} отключён`, `Bot ${input.id} is disconnected`),
    }
  },
})

export const test = command({
  usage: 'test <id>',
  about: ['спросить Telegram, принимает ли он токен', 'ask Telegram whether it accepts the token'],
  example: 'replyx bot test 1',
  shape,
  run: async ({ ctx, input, say }) => {
    const result = await testBot(ctx, EVERYBODY, input.id)
    return {
      data: result,
      text: say(`@${result.username} отвечает (${result.ms} мс)`, `@${result.username} answers (${result.ms} ms)`),
    }
  },
})
