// Words that say nothing about the subject: function words, and the greetings and courtesies a customer opens with. Written as they look after normalising.
const RUSSIAN = `
а без более больше будет будто бы был была были было быть в вам вас ваш ваша ваше ваши вдруг ведь во вот впрочем все всегда всего всех всю вы
где да даже для до другой его ее ей ему если есть еще ж же за зачем здесь и из или им иногда их к как какая какие каким каком какое какой какую
ко когда конечно которая которое которые который кто куда ли либо лишь лучше меня мне много может можно мой моя мою моего моей мои моих мы на над надо
наконец нас наш наша наше наши не него нее ней нельзя нет ни нибудь никогда ним них ничего но ну о об один он она они оно опять от перед по под
после потом потому почти при про раз разве с сам свой свою своего своей своих себе себя сейчас сколько скольким сколькими скольких со совсем так такая такие такое такой там тебя тем теперь
то тогда того тоже той только том тот ту тут ты у уж уже хоть хотя чего чей чем через что чтоб чтобы чуть эта эти этих это этого этой этом этот эту я
алло вечер вечера день добрый доброе доброго дня здравствуй здравствуйте извините пожалуйста подскажите привет простите скажите спасибо утро
`
const ENGLISH = `
a about again all also am an and any are as at be been being both but by can could did do does doing done down each few for from further had has
have having he her here hers him his how i if in into is it its just many may me might mine more most much must my no nor not of off on once only or other our ours
out over own same shall she should so some such than that the their theirs them then there these they this those to too under up us very was we were
what when where which while who whom whose why will with would you your yours
don t s m re ve ll d im ive dont doesnt cant
hello hey hi kindly please thank thanks
`

const STOP_WORDS: ReadonlySet<string> = new Set(`${RUSSIAN} ${ENGLISH}`.split(/\s+/).filter(Boolean))

/** Whether a normalised word is a function word or a courtesy, in Russian or English. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word)
}
