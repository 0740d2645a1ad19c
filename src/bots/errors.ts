import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  INVALID_TELEGRAM_TOKEN: [
    422,
    'Telegram не принимает этот токен: возьмите его у @BotFather целиком, вида 1234567890:AbC…',
    'Telegram does not accept this token: take the whole of it from @BotFather, like 1234567890:AbC…',
  ],
  BOT_ALREADY_EXISTS: [409, 'Бот с таким токеном уже подключён', 'A bot with this token is connected already'],
  BOT_STARTUP_FAILED: [
    502,
    'Бот не запустился: Telegram не отвечает. Проверьте сеть или задайте telegram.proxy',
    'The bot did not start: Telegram does not answer. Check the network or set telegram.proxy',
  ],
  BOT_RUNS_ELSEWHERE: [
    409,
    'Этого бота опрашивает ещё одна программа. Остановите её или выпустите у @BotFather новый токен',
    'Another program polls this bot. Stop it or have @BotFather issue a new token',
  ],
})
