import { compile, type Pattern } from './match.ts'

/** What may speak against a pattern that fits; `guards.ts` says when. */
export type Doubt = 'denied' | 'thing' | 'subject' | 'offer' | 'assistant' | 'role' | 'long'
export type Rule = {
  strength: 'hard' | 'soft'
  reason: 'keyword' | 'complaint' | 'retries'
  patterns: Pattern[]
  doubts: Doubt[]
}

const patternsOf = (list: string) =>
  list
    .trim()
    .split('\n')
    .map((line) => compile(line.trim()))

const COMPLAINT = `
  <file> .. <complaint> $
  <file> .. <complaint> ~ на|по|о|от|about|against|with|for
  у ~ меня|нас .. <complaint>
  have|got a? <complaint>
  [ <complaint> ]
  хочу|хотел|хотела|буду|будем|куда|кому|как|где|могу|можно|want|like|wanna|need|how|where|must|will|gonna .. <complain>
  ^ пожалуюсь|жалуюсь|пожалуемся
  <go> .. в|к|to <court>
  sue|report you
`

// An order to fetch somebody; whatever else the sentence says.
const CALL = `
  <ask> ~ <to>? ~ <actor|someone|them>
  <ask> ~ меня|me .. <to> ~ <actor|someone|them>
  <to>? <actor|someone> ~ <ask>
  put|patch ~ through to? ~ <actor|someone>
  <give> ~ <actor> !
  <give> ~ <living> <someone|actor>
  <give> .. <talk> .. <to>? ~ <actor|someone|them>
  <actor> ~ <give> !
  <give> ~ телефон|номер|контакт|контакты ~ <actor> !
  ^ ответьте|отзовитесь|помогите|ответь ~ <someone|actor> $
  ^ <actor> ~ ответьте|отзовитесь|помогите|ответь
  [ да|yes|ok|ну|давай|давайте|пожалуйста|please? <summon> ]
  [ <summon> ]
  [ connect|transfer me|us ]
  let ~ me ~ <talk> ~ <to>? ~ <actor|someone|them>
`

const TALK = `
  <talk> ~ <to> ~ <actor|someone|them>
  <talk> .. <to> ~ <actor|someone|them>
  <to> ~ <actor|someone|them> ~ <talk>
  <to> ~ <living> <actor|someone> .. <talk>
  <to> <actor> .. <talk>
  <contact> ~ <to>? ~ <actor>
  <contact> ~ <to>? ~ <living> <someone>
  <to>? <actor> ~ <contact>
  <talk> <actor>
  <talk> a? ~ <living> <actor>
`

const FETCH = `
  <fetch> ~ <to>? ~ <actor|someone|them>
  <fetch> ~ меня .. <to> ~ <actor|someone|them>
  <to>? <actor> ~ <fetch>
`

// A need that names nobody but a human: what stands after must not make a thing of it.
const WANT = `
  <want> ~ <to>? ~ <actor> !
  <want> ~ <living> <actor|someone> !
  <want> ~ <actor> to|who|that|который|которая ~ can? <come>
  <want> ~ не <bot> ~ <actor> !
  <want> ~ <living> помощь|консультация|общение|собеседник|разговор|консультацию|ответ|поддержка|поддержку|help|chat|support|answer|assistance|conversation
  <actor> ~ <want> $
  <want> ~ живого|живым|живому $
  помощь|помощью|help|assistance|attention ~ from|of? ~ <actor> $
`

// Nothing but the one asked for, and whether they are there.
const BARE = `
  [ <to>? ~ <actor> ]
  [ есть|кто|тут|здесь|anyone|anybody|someone ~ <living> ]
  [ <living> ~ есть|кто|тут|здесь|там ]
  [ есть|тут|здесь ~ <someone> ]
  [ <someone> ~ есть|тут|здесь|there|here|home ]
  [ anyone|anybody|someone there|here|home|online|around ]
  [ живого|живым ]
  [ <someone> из|of ~ <actor> ]
  [ живая|живое|живой|живую|live|human помощь|консультация|общение|разговор|диалог|чат|консультацию|help|chat|assistance ]
  ^ ~ где|where ~ <actor> $
  человека|human|person а|не|not ~ не|not? ~ с? <bot>
  <actor> а? не <bot>
  есть|is|are ~ <living> <actor> .. <talk>
  есть|is|are ~ <actor|someone> ~ i|who|that ~ can ~ <talk>
`

const COMING = `
  <let> ~ <actor> .. <come>
  <let> .. <come> ~ <actor>
  <let> ~ <me> .. перезвонят|позвонят|перезвонит|позвонит|свяжутся|свяжется|перезвонили|позвонили|связались
  <let> ~ <someone> ~ call|contact|phone|reach|перезвонит|позвонит|свяжется|ответит ~ me|us|мне|со?
  <let> ~ <someone> ~ перезвонит|позвонит|свяжется
  <someone> ~ <living> .. <come>
  <living> <someone|actor> .. ответит|ответить|answer|respond|reply
`

const CALLBACK = `
  <callback>
  <ring> ~ мне|меня|нам|нас|мной|me|us
  мне|нам ~ позвоните|позвони|перезвоните|перезвони
  <want|file> ~ обратный|обратного? звонок|звонка
  закажите|заказать|закажу|оставить|организуйте ~ обратный? звонок|звонка
  <want|give> ~ a ~ callback|call
`

const NOT_A_BOT = `
  не|not|no|dont|stop|хватит|надоело|достало .. <talk> ~ <to>? ~ <bot> $
  не ~ с|со ~ <bot> .. <talk>
  с ~ <bot> .. <talk> .. не
  с ~ <bot> .. не .. <talk>
  с ~ <bot> не ~ хочу|буду|желаю
  не ~ <talk> ~ с ~ <bot>
  dont|not want|wanna|need|talking ~ to? ~ <bot> $
  not .. to ~ a ~ <bot> $
  не хочу|надо|нужен|нужны ~ <bot> $
`

export const RULES: readonly Rule[] = [
  { strength: 'hard', reason: 'complaint', patterns: patternsOf(COMPLAINT), doubts: ['denied'] },
  { strength: 'hard', reason: 'keyword', patterns: patternsOf(NOT_A_BOT), doubts: ['subject'] },
  { strength: 'hard', reason: 'keyword', patterns: patternsOf(CALL), doubts: ['denied', 'thing', 'offer'] },
  { strength: 'hard', reason: 'keyword', patterns: patternsOf(TALK), doubts: ['denied', 'thing', 'subject', 'offer'] },
  {
    strength: 'hard',
    reason: 'keyword',
    patterns: patternsOf(FETCH),
    doubts: ['denied', 'thing', 'subject', 'offer', 'assistant'],
  },
  {
    strength: 'hard',
    reason: 'keyword',
    patterns: patternsOf(COMING),
    doubts: ['denied', 'thing', 'subject', 'offer'],
  },
  { strength: 'hard', reason: 'keyword', patterns: patternsOf(CALLBACK), doubts: ['denied', 'subject'] },
  {
    strength: 'hard',
    reason: 'keyword',
    patterns: patternsOf(WANT),
    doubts: ['denied', 'thing', 'subject', 'offer', 'role'],
  },
  {
    strength: 'hard',
    reason: 'keyword',
    patterns: patternsOf(BARE),
    doubts: ['denied', 'thing', 'subject', 'role', 'long'],
  },
]
