/**
 * The words that matter, by what they do in a request. A star takes every ending of a word (by its stem), an underscore joins two words into one;
 * everything else is exactly as visitors write it after normalising. A word may stand in several rows.
 */
export const VOCABULARY = {
  // Who is asked for. These mean a human of the shop even when they stand alone.
  actor: `
    оператор* операторша* менеджер* менагер* консультант* специалист* сотрудник* сотрудница* человек* человека человеку человеком человечек* человечка люди* людей людям
    людьми чел* чела живых представитель* админ* администратор* управляющий* продавец* продавца руководитель* начальник* супервайзер* специалиста саппорт* техподдержка* поддержка*
    тех_поддержка* служба*_поддержка* техническая*_поддержка* отдел*_поддержка* отдел*_продаж колл_центр* колл-центр* живое_общение живой_чат* живым_общением
    operator operators agent agents human humans person representative representatives rep reps advisor adviser specialist manager managers supervisor consultant
    customer_service customer_support customer_care tech_support technical_support support support_team live_chat live_support staff_member staff human_being human_beings
  `,
  // Who is asked for only after a verb of calling or talking.
  someone: `
    кто-нибудь кто-то кто-либо кого-нибудь кого-то кого-либо кем-нибудь кем-то кем-либо кому-нибудь кому-то кого_нибудь кем_нибудь кто_нибудь кого_то кем_то
    старший* старшего главный* главного директор* руководство* начальство* бухгалтерия* бухгалтер* агент* отдел* живого живым живому владелец* владельцем хозяин* хозяином администрация* шеф*
    someone somebody anyone anybody people owner boss director sales billing team
  `,
  // One named before, as in "is the manager there? I want to talk to her".
  them: 'ним ними ней нему него ему them him her',
  living: `
    живой* живого живым живая* живое* живые* реальный* настоящий* нормальный* адекватный* вменяемый* человеческий* обычный* компетентный* ответственный* дежурный* свободный* квалифицированный*
    real live living actual proper normal genuine
  `,
  // Imperatives that fetch somebody.
  ask: `
    позови позовите позовите-ка позови-ка зови зовите пригласи пригласите приглашайте соедини соедините соединяй соединяйте подключи подключите подключай подключайте переключи переключите
    переключай переключайте переведи переведите переводи переводите свяжи свяжите вызови вызовите вызывай вызывайте перенаправь перенаправьте направь направьте передай передайте передавай передавайте
    кликни кликните connect transfer escalate forward switch put_through redirect hand_over hand pass route
  `,
  summon: 'позови позовите зови зовите соедини соедините переключи переключите escalate',
  // The same as something one may ask for, but also speak about.
  fetch: `
    позвать звать пригласить соединить соединять подключить переключить переключать переключиться перевести переводить связать вызвать вызывать перенаправить направить передать прислать
    позовете позовешь соедините соединишь переключишь переключите переведете переведешь свяжете свяжешь позвали соединили переключили перевели связали подключили пригласили
  `,
  give: 'дай дайте давай давайте подай подайте выдайте верни верните пришли пришлите найди найдите ищи give get bring find fetch send gimme',
  talk: `
    поговорить говорить переговорить разговаривать разговор* пообщаться общаться общение* связаться связь связи свяжусь дозвониться достучаться дописаться обсудить обсуждать решать решить проконсультироваться
    посоветоваться побеседовать беседовать поболтать перемолвиться чатиться списаться созвониться контакт*
    talk speak chat talking speaking chatting communicate discuss connected transferred deal conversation get_in_touch in_touch touch connect call
  `,
  // Verbs that take a human without a preposition.
  contact:
    'позвонить звонить написать писать обратиться обращаться набрать contact reach call get_hold_of get_ahold_of hold_of ahold_of',
  to: 'с со на к ко до в через to with of through over for',
  want: `
    хочу хочется хотел хотела хотелось хотим нужен нужна нужно нужны надо необходим необходима необходимо необходимы нужон требую требуем требуется требуются желаю можно давай давайте прошу срочно жду жажду ищу
    мне нам хотелось_бы мне_бы нам_бы разрешите можно_ли нельзя_ли
    want wants wanna need needs require requesting request like demand prefer rather can could may get have i'd id waiting looking
  `,
  need: 'нужен нужна нужны нужно надо требуется требуются необходим необходима необходимо need needed require required needs',
  me: 'мне меня мной нам нас мною me us i мы я',
  mine: 'мне меня нам нас me us i im id',
  // Asking whether and how one may, before a verb that could also be spoken about.
  opener: `
    можно можете можешь могли мог могу может хочу хотел хотела хотим надо нужно прошу просьба пожалуйста пожалста пож плиз как бы где куда каким чтобы чтоб требую реально возможно возможность
    попросите попроси нельзя почему когда никак скорее срочно смогу смогли сможете
  `,
  how: 'как где куда каким how where',
  // Whoever lets somebody do something.
  let: 'пусть пускай чтобы чтоб попросите попроси может могут можно можете когда сможет сможете скажите_чтобы передайте_чтобы жду can could have let will ask tell when may would get',
  come: `
    ответит ответят ответить ответил ответили перезвонит перезвонят перезвонить перезвонил перезвонили позвонит позвонят позвонить позвонил позвонили свяжется свяжутся связаться связался связались напишет напишут
    подойдет подойти подключится подключиться подключился подключат поможет помочь помог помогли придет появится проконсультирует проконсультировать разберется разобраться наберет набрал соединят переключат
    help call contact answer respond assist reply join ring reach phone chat talk speak take look step
  `,
  ring: 'позвони позвоните звоните набери наберите наберите-ка перезвони перезвоните перезванивайте свяжись свяжитесь call ring phone contact',
  callback: 'перезвони перезвоните перезвоните-ка call_back callback_please ring_back',
  bot: `бот* бота ботом боту боты ботами робот* робота роботом машина* машиной автоответчик* программа* железка* железяка* автомат* нейросеть* искусственный*_интеллект* ии ai чатбот* чат-бот* чат-ботом
    bot bots robot robots machine chatbot computer`,
  not: "не ни без вместо нет никого никому никакой никакого never no not without don't dont doesn't isn't needn't instead",
  // Around a request: courtesy, haste, abuse, and words that say nothing by themselves.
  fill: `
    а и да нет ну же ж вот так то уже уж еще просто прям прямо сейчас сразу быстро быстрее срочно наконец наконец-то хоть хотя бы хотя_бы какой-нибудь какого-нибудь какого-то какой-то любой* другой* кто
    мне меня нам нас мной вам ваш* наш* свой* своим этот* этого эту это туда сюда тут здесь там есть имеется ли у вас вас тебя вы ты вас_есть на_месте на_связи месте связи онлайн в_сети сети в_чате чате чат чата
    диалог разговор линии линию вопрос вопроса вопросу помощь помощи консультация* консультацию беседа* мой моего мою дело лично напрямую лучше тогда опять снова обратно давай давайте ка где
    здравствуйте здравствуй здрасьте здрасте привет приветствую добрый доброе доброго день дня вечер вечера утро утра алло алё ало ау эй слушай слушайте слышь люди девушка девушки уважаемые уважаемый господа товарищи
    пожалуйста пожалуста пожалста пожалуйсто пжл пжлст пж пож плиз плз плис прошу будьте будь добры добр любезны если трудно сложно спасибо извините простите очень скажите подскажите ответьте ответь
    отзовитесь помогите помоги хватит нафиг нахрен нахер нах блин блять бля блядь черт чёрт сука сук суки ёлки твою мать идиот идиоты тупой тупая дебил дебилы уроды козлы иди гребаный долбаный чертов
    хочу нужен нужна нужно надо можно можете можешь могли мог могу может хотел хотела как всё все только именно один одного из первого свободный кроме скорее скорей работает_сейчас сейчас_работает
    a an the your my our any some one this that there here is are now asap please pls plz plss hey hi hello ok okay yes yeah yep just actual real again thanks thank you good morning evening afternoon day sir madam guys
    me us i i'd id would like could can online available around immediately urgent urgently right away directly quickly stupid fucking fuck damn shit bloody hell dude bro oh then instead already finally so and but no
    ur u chat question case issue conversation help through line another different other who somewhere really maybe possible possibly even where
  `,
  // What may follow the one asked for without making another thing of them.
  after: `
    по чтобы чтоб а но для_консультации из поддержки магазина компании продаж отдела отделу вашего вашей вашему сервиса фирмы салона клиники банка потому насчет касательно я потом
    from about regarding because so who that in on at i and or instead
  `,
  // Signs that a human is spoken about, not asked for.
  about: `
    сколько скольки стоит стоимость цена цену ценник платно платный* бесплатно если вакансия* вакансии зарплата* зарплату оклад* обязательно резюме трудоустройство* устроиться работать
    нужно_ли надо_ли нужен_ли нужна_ли нужны_ли стоит_ли обязательно_ли обязателен требуется_ли
    обучение* курс* курсы* тариф* тарифе тарифы настроить встроить график* расписание* отзыв* отзывы
    how_much cost costs price if salary vacancy job jobs hiring
  `,
  offer: 'вас вам тебя хотите желаете хочешь предлагаю готов готова you id_like_to_offer want_me',
  // A thing that carries the name: the word before, and the word after.
  before: `
    логический* логическим мобильный* мобильного мобильным сотовый* сотового тернарный* битовый* арифметический* условный* страховой* туристический* проект* файловый* пакетный* диспетчер* железный* телефонный* персональный*_данных
    логистический* почтовый*
    user travel secret estate cleaning bleaching tour project task password file package mobile network boolean logical bitwise ternary insurance double free window product account_type session forklift crane
  `,
  next: `
    связи мтс билайн билайна мегафон мегафона теле2 йота yota tele2 эдо офд фискальных персональных данных пдн паролей задач загрузок закачек файлов пакетов памяти сравнения присваивания switch if like чпу дрона
    проектов проекта паук муравей невидимка недвижимости
    resources hair anatomy orange estate manual licence license software discount salary job jobs hours ticket seats seat fees
  `,
  complaint:
    'жалоба* жалобу жалобы претензия* претензию претензии рекламация* рекламацию кляуза* complaint complaints grievance',
  complain: 'пожаловаться жаловаться пожалуюсь пожалуемся жалуюсь complain',
  file: `
    подать подам подаю подаем написать напишу пишу писать оставить оставлю оформить оформите оформлю составить отправить направить направлю хочу хотел хотела принять примите зарегистрируйте зафиксируйте запишите куда где как
    file make lodge submit raise register leave write filing
  `,
  court: 'суд роспотребнадзор* прокуратура* прокуратуру полиция* полицию court lawyer police',
  go: 'подам подаю пойду обращусь напишу пишу иду буду обращаться',

  // Impatience: what comes again, who does not follow, and what people say of it.
  times:
    'второй второю третий четвертый пятый шестой седьмой десятый сотый который какой 2-й 3-й 5-й 10-й second third fourth fifth tenth nth hundredth',
  number: 'two three four five six ten twice thrice several many multiple hundred 2 3 4 5 10',
  you: 'вы ты вас тебя вообще бот',
  grasp: `
    понимаете понимаешь поняли понял поняла понимает слышите слышишь слушаете слушаешь услышали помогли помог помогаете помогаешь отвечаете отвечаешь ответили ответил читаете читаешь въезжаешь догоняешь вникаете
  `,
  reply: 'ответ ответа ответов узнать добиться получить решения помощи выяснить понять',
  dull: `
    тупой тупая тупые тупое тупите тупишь тупит бесполезный бесполезная бесполезны бесполезно бесполезен глупый глупая глупые дурацкий кривой дебильный идиотский идиот дурак тормоз ужасный отстой никакой
    никчемный ничего_не_умеет ничего_не_знает ничего_не_понимает туп
  `,
  fed_up: `
    надоело надоели надоел достали достал достало задолбали задолбал задолбало задрали бесит бесите бесишь безобразие позор кошмар ужас капец пипец жесть издевательство невозможно сил_нет
  `,
  mockery: 'издеваетесь издеваешься издевательство задолбали задолбал заебал заебали заколебали охренели',
  nonsense:
    'бред чушь ерунда фигня хрень маразм глупость кошмар ужас дичь ridiculous nonsense absurd bullshit frustrating joke pathetic',
  awful: `ужасный* ужасное отвратительный* отвратительное кошмарный* плохой* худший* безобразный* хамский* никудышный* мерзкий* awful terrible horrible worst bad poor disgusting useless`,
  service:
    'сервис* обслуживание* поддержка* работа отношение service support experience support_ever service_ever customer_service customer_support',
  useless: 'useless stupid dumb pointless worthless rubbish garbage crap joke terrible horrible idiot hopeless',
  useless_is: 'this that its you youre youre_so its_so thats ur are is',
} as const

export type Class = keyof typeof VOCABULARY
