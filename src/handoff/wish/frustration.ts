import { compile } from './match.ts'
import type { Rule } from './patterns.ts'

const ASKED = `
  спрашиваю|спросил|спросила|пишу|написал|написала|повторяю|повторил|повторила|объясняю|объяснил|объяснила|говорю|сказал|сказала|прошу|попросил|попросила|обращаюсь|задаю|задал|задала|пытаюсь|отвечаю
`.trim()

const SIGNS = `
  <times> ~ раз .. ${ASKED}
  раз .. <times> ~ ${ASKED}
  сто|тысячу|много|несколько|кучу|пять|три|десять|два раз|раза .. ${ASKED}
  ${ASKED} ~ <times> ~ раз
  ${ASKED} ~ сто|тысячу|много|несколько|пять|три|десять|два раз|раза
  сколько ~ раз|можно .. повторять|спрашивать|писать|объяснять|говорить|ждать|просить
  ~ час|часа|полчаса|день|дня|неделю|сутки|минут|долго|давно ~ пытаюсь|жду|пишу|спрашиваю|добиваюсь .. <reply>
  долго|сколько ~ ждать ~ <reply>
  час|полчаса|день|неделю|сутки|долго|давно ~ пытаюсь|добиваюсь
  не ~ <grasp> $
  не ~ <grasp> ~ вопрос|вопроса|вопросы|что|о|чего|сути|суть|меня|me
  не ~ на ~ вопрос ~ <grasp>
  <you> .. не ~ <grasp>
  не ~ отвечаете|отвечаешь|ответили|ответил ~ на ~ вопрос|это|мой|мои
  вы|ты|это ~ не ~ помогли|помог|помогла|помогло|помогает|помогаете
  ^ не ~ помогли|помог|помогло|помогает $
  <bot> ~ ты? <dull>
  <dull> <bot>
  вы|ты .. <dull> $
  ^ <dull> $
  бесполезно .. разговаривать|общаться|спрашивать|писать|говорить
  толку|толк|смысла|пользы .. ноль|нет|никакого|никакой|мало
  никакого|никакой|ноль|нет толку|толка|пользы
  ^ без толку $
  не ~ о|об|про|то ~ это|этом|что|то? ~ я? ~ спрашиваю|спрашивал|спрашивала|спросил|спросила|просил|просила
  ^ ~ не|опять|снова ~ не? ~ то|туда $
  не ~ ответ ~ на ~ вопрос
  одно и то|тоже ~ же? ~
  одно|один тот|то|и же ответ|сообщение
  тот|те же ~ самый|самые? ответ|ответы|текст|сообщение
  ^ по кругу $
  отвечаете|отвечаешь|пишете|пишешь|несете|несешь .. ерунду|чушь|бред|глупости|фигню|невпопад|ахинею|не в тему
  ерунду|чушь|бред|глупости|фигню|ахинею ~ какую-то? отвечаете|отвечаешь|пишете|пишешь|несете|несешь
  ^ что? за? <nonsense> ~ какой-то|полный|какая-то|полная? $
  ^ <fed_up> $
  <mockery>
  <awful> ~ <service> $
  <service> ~ <awful> $
  читаешь|читаете ~ что ~ я
  ты|вы ~ читаешь|читаете ~ вообще?
`

const ENGLISH = `
  <useless_is> .. <useless> $
  <useless> ~ <bot>
  <bot> ~ is|was ~ a? ~ <useless> $
  not .. helping|helpful|listening|understanding
  youre|this|that|you|isnt|arent .. no help $
  ^ no help $
  you|it|that|this ~ dont|doesnt|didnt|did|do|does|cant|cannot|arent|wasnt|isnt|keep ~ not? ~ understand|understanding|get|listen|help|helped|hear|read ~ me|it|what|my|anything|at? $
  didnt|doesnt|dont|not|havent|never|isnt ~ answer|answering|answered ~ my|the|question|it|me|what
  not|isnt|wasnt ~ what ~ i ~ asked|ask|asking|meant|said
  i ~ asked|ask|meant ~ something|about? ~ else
  <times> ~ time .. asking|ask|asked|telling|saying|writing|tell|repeat
  asked|told|wrote|tried|said|repeated|asking|explained .. <times|number> ~ times|time
  how many times
  <number> times .. asked|ask|asking|told
  keep|keeps|stop .. repeating|repeat
  keep|keeps|kept .. same
  same ~ answer|reply|response|thing ~ again|over|every? $
  you ~ already ~ asked|said|told
  going ~ in|around ~ circles
  <awful> ~ <service> $
  <service> ~ is|was ~ <awful>
  waste of time
  ^ this|thats|that|its|what|it? ~ is|a? ~ <nonsense> $
`

const list = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => compile(line.trim()))

/** Signs that the machine is not enough; one alone is a bad minute, two are a wish. */
export const FRUSTRATION: Rule = {
  strength: 'soft',
  reason: 'retries',
  patterns: [...list(SIGNS), ...list(ENGLISH)],
  doubts: [],
}
