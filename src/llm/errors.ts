import { defineErrors, type Texts } from '../errors.ts'
import { OutsideFailed, OutsideRefused } from '../outside/failures.ts'

/** AI_PROXY_FAILOVER is written to the log, never thrown. Details of the others carry the `attempts` made. */
export const errors = defineErrors({
  AI_PROVIDER_UNAVAILABLE: [503, 'AI провайдер недоступен', 'The AI provider is unavailable'],
  AI_TOKEN_LIMIT_EXCEEDED: [429, 'Лимит запросов к AI исчерпан', 'The limit of AI requests is used up'],
  AI_REQUEST_TIMEOUT: [504, 'AI провайдер не ответил вовремя', 'The AI provider did not answer in time'],
  AI_PROXY_FAILOVER: [503, 'Запрос к AI передан другому каналу', 'The AI request went to another route'],
})

/**
 * `then`: `next` = this key will not do for this request, `again` = it may be asked again, `stop` = nobody will do better.
 * `mark` on the key: `edit` = rests until edited, `wait` = until the time they named, `count` = five in a row open the circuit.
 */
type Meaning = { then: 'next' | 'again' | 'stop'; mark: 'edit' | 'wait' | 'count' | 'none'; texts: Texts }

const means = (then: Meaning['then'], mark: Meaning['mark'], ru: string, en: string): Meaning => ({
  then,
  mark,
  texts: { ru, en },
})

/** Everything that can go wrong with one call, what follows from it, and how to say it to an admin. */
export const causes = {
  invalid_key: means(
    'next',
    'edit',
    'Провайдер не принимает ключ: проверьте, что он скопирован целиком и не отозван',
    'The provider does not accept the key: check that it was copied whole and is not revoked',
  ),
  forbidden: means(
    'next',
    'edit',
    'Провайдер отказал в доступе: у ключа нет прав, или страна не поддерживается',
    'The provider denied access: the key lacks permission, or the country is not supported',
  ),
  unreadable: means(
    'next',
    'edit',
    'Ключ запечатан другим секретным ключом установки: введите его снова',
    'The key was sealed with another secret key of this appliance: enter it again',
  ),
  quota: means(
    'next',
    'edit',
    'У провайдера закончились средства или квота: пополните счёт и сохраните ключ снова',
    'The account at the provider is out of funds or quota: top it up and save the key again',
  ),
  rate_limit: means(
    'next',
    'wait',
    'Слишком много запросов к провайдеру, ключ отдыхает',
    'Too many requests to the provider, the key is resting',
  ),
  model_unknown: means(
    'next',
    'none',
    'По этому адресу нет такой модели, или ключу она недоступна',
    'There is no such model at this address, or the key may not use it',
  ),
  redirected: means(
    'next',
    'none',
    'Адрес перенаправляет в другое место: проверьте base_url',
    'The address redirects elsewhere: check base_url',
  ),
  bad_request: means(
    'stop',
    'none',
    'Провайдер не понял запрос: вероятно, он слишком длинный для модели',
    'The provider did not accept the request: it is probably too long for the model',
  ),
  no_room: means(
    'stop',
    'none',
    'Модель истратила весь ответ на размышления',
    'The model spent the whole answer on thinking',
  ),
  content_filter: means('stop', 'none', 'Провайдер отфильтровал ответ', 'The provider filtered the answer'),
  server: means('again', 'count', 'У провайдера сбой', 'The provider has a fault'),
  network: means('again', 'count', 'Нет связи с провайдером', 'The provider cannot be reached'),
  timeout: means('again', 'count', 'Провайдер молчит', 'The provider is silent'),
  cut: means('again', 'count', 'Ответ оборвался', 'The answer broke off'),
  garbage: means(
    'again',
    'count',
    'По этому адресу отвечает не API модели: проверьте base_url',
    'What answers at this address is not a model API: check base_url',
  ),
  too_large: means('again', 'count', 'Ответ слишком велик', 'The answer is too large'),
  empty: means('again', 'count', 'Ответ пуст', 'The answer is empty'),
  deadline: means('stop', 'count', 'Провайдер не успел ответить', 'The provider did not answer in time'),
  aborted: means('stop', 'none', 'Запрос отменён', 'The request was cancelled'),
} satisfies Record<string, Meaning>

export type Cause = keyof typeof causes
export type Trouble = { cause: Cause; retry_after_ms: number | null }

// The codes of openai-openapi for an empty purse; they come with 429 and waiting does not help.
const QUOTA =
  /^(insufficient_quota|credit_balance_exhausted|(organization|project)_spend_limit_exceeded|organization_usage_limit_exceeded)$/

/** What went wrong, from what an outside client threw; undefined for anything else, which is an accident of ours. */
export function troubleOf(error: unknown): Trouble | undefined {
  if (error instanceof OutsideFailed) return { cause: error.reason, retry_after_ms: null }
  if (error instanceof OutsideRefused) return { cause: refusalCause(error), retry_after_ms: error.retry_after_ms }
  return undefined
}

function refusalCause({ status, code }: OutsideRefused): Cause {
  if (status === 401) return 'invalid_key'
  if (status === 402 || QUOTA.test(code ?? '')) return 'quota'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'model_unknown'
  if (status === 429) return 'rate_limit'
  if (status < 400) return 'redirected'
  // 408, 409 and 425 mean "not now", as the official clients read them.
  return status >= 500 || [408, 409, 425].includes(status) ? 'server' : 'bad_request'
}
