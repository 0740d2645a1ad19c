import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { ApiError } from '../../core/errors.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import { Badge } from '../../ui/avatar.tsx'
import { Show } from '../../ui/list.tsx'
import { evidenceTexts, texts } from './texts.ts'

type Passage = {
  passage_id: number
  lane: 'qa' | 'doc'
  title: string
  text: string
  score: number
  lexical: number
  cosine: number | null
}
type Evidence = {
  question: string
  understood: string
  outcome: 'answer' | 'suggest' | 'unknown'
  confidence: number
  route: string
  cited: number[]
  passages: Passage[]
  prompt_tokens: number | null
  completion_tokens: number | null
  cost: number | null
  attempts: { provider: string; model: string; cause: string | null; ms: number }[]
  ms: { retrieval: number; answer: number }
}

/** Why the assistant answered as it did; asked for when it is opened. */
export function EvidenceOf({ message_id }: { message_id: number }) {
  const t = useWords(texts)
  const [isOpen, setOpen] = useState(false)
  return (
    <details class="evidence" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.why}</summary>
      {isOpen && <Loaded message_id={message_id} />}
    </details>
  )
}

function Loaded({ message_id }: { message_id: number }) {
  const t = useWords(evidenceTexts)
  const loaded = useLoad(() =>
    call<Evidence>('GET', `/api/messages/${message_id}/evidence`).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return null // said without thinking, such as a refusal
      throw error
    }),
  )
  return (
    <Show loaded={loaded} rows={2}>
      {(evidence) =>
        evidence === null ? (
          <p class="muted">{t.none}</p>
        ) : (
          <div class="evidence-body">
            <Facts of={evidence} />
            <Passages of={evidence} />
          </div>
        )
      }
    </Show>
  )
}

function Facts({ of }: { of: Evidence }) {
  const t = useWords(evidenceTexts)
  const model = of.attempts.map(({ model, cause }) => (cause ? `${model} (${t.failed}: ${cause})` : model)).join(' → ')
  const { prompt_tokens, completion_tokens, cost } = of
  const facts: [string, string][] = [
    [t.question, of.question],
    ...(of.understood !== of.question ? [[t.understood, of.understood] as [string, string]] : []),
    [t.outcome, t[of.outcome]],
    [t.confidence, `${Math.round(of.confidence * 100)} %`],
    [t.route, of.route],
    [t.model, model || t.no_model],
    ...(prompt_tokens === null
      ? []
      : [[t.tokens, t.tokens_of(prompt_tokens, completion_tokens ?? 0)] as [string, string]]),
    ...(cost === null ? [] : [[t.cost, t.rubles(cost)] as [string, string]]),
    [t.time, t.times(of.ms.retrieval, of.ms.answer)],
  ]
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Passages({ of: { passages, cited } }: { of: Evidence }) {
  const t = useWords(evidenceTexts)
  if (passages.length === 0) return <p class="muted">{t.no_passages}</p>
  return (
    <>
      <h4>{t.passages}</h4>
      <ol class="passages">
        {passages.map((one) => (
          <li key={one.passage_id}>
            <div class="line">
              <strong>{one.title}</strong>
              <Badge>{t[one.lane]}</Badge>
              {cited.includes(one.passage_id) && <Badge kind="good">{t.cited}</Badge>}
            </div>
            <p class="plain-text">{one.text}</p>
            <p class="passage-scores">
              <meter min={0} max={1} value={one.score} /> {one.score.toFixed(2)} · {t.words} {one.lexical.toFixed(2)}
              {one.cosine !== null && ` · ${t.sense} ${one.cosine.toFixed(2)}`}
            </p>
          </li>
        ))}
      </ol>
    </>
  )
}
