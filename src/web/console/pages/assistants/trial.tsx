import { useEffect, useRef, useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import type { Assistant, Source } from '../../core/types.ts'
import { Badge } from '../../ui/avatar.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Problem, TextField } from '../../ui/field.tsx'
import { submits } from '../../ui/form.tsx'
import { Card } from '../../ui/page.tsx'
import { RichText } from '../../ui/rich-text.tsx'
import { Sources } from '../../ui/sources.tsx'
import { texts } from './texts.ts'
import './trial.css'

type Answer = {
  answered: boolean
  answer: string
  confidence: number
  route: string
  wish: boolean
  sources: Source[]
  ms: number
}
type Tried = { question: string; answer: Answer }

/** A chat with an assistant as a customer would have it, with what each answer stands on; nothing is stored. */
export function Trial({ assistant }: { assistant: Assistant }) {
  const t = useWords(texts)
  const [question, setQuestion] = useState('')
  const [tried, setTried] = useState<Tried[]>([])
  const end = useRef<HTMLDivElement>(null)
  const { run, busy, error } = useAction(async () => {
    const asked = question.trim()
    if (!asked) return
    const answer = await call<Answer>('POST', `/api/assistants/${assistant.id}/ask`, { question: asked })
    setTried((now) => [...now, { question: asked, answer }])
    setQuestion('')
  })
  useEffect(() => {
    if (end.current) end.current.scrollTop = end.current.scrollHeight
  }, [tried.length])
  return (
    <div class="sticky">
      <Card title={t.trial} about={t.trial_about}>
        <div class="trial" ref={end} role="log" aria-label={t.trial}>
          {tried.length === 0 && <p class="muted">{t.trial_empty}</p>}
          {tried.map((one, index) => (
            <TriedOne key={index} assistant={assistant} {...one} />
          ))}
        </div>
        <Problem of={error} />
        <form class="trial-form" onSubmit={submits(run)}>
          <TextField label={t.trial_hint} required maxLength={4096} value={question} onChange={setQuestion} />
          <Button type="submit" look="main" icon="send" busy={busy}>
            {t.ask}
          </Button>
        </form>
      </Card>
    </div>
  )
}

function TriedOne({ question, answer, assistant }: Tried & { assistant: Assistant }) {
  const t = useWords(texts)
  const write = `/knowledge?assistant=${assistant.id}&tab=pairs&question=${encodeURIComponent(question)}`
  return (
    <>
      <div class="trial-question">
        <span class="spoken">{t.you}: </span>
        {question}
      </div>
      <div class="trial-answer">
        <RichText text={answer.answer} />
        <div class="line">
          {answer.wish && <Badge kind="warn">{t.wish}</Badge>}
          {answer.wish ? null : answer.answered ? (
            <Badge kind={answer.confidence >= 0.5 ? 'good' : 'warn'}>
              {t.confidence} {Math.round(answer.confidence * 100)} %
            </Badge>
          ) : (
            <Badge kind="bad">{t.unknown}</Badge>
          )}
          <Badge>{answer.route}</Badge>
          <span class="hint">{answer.ms} ms</span>
          {!answer.answered && !answer.wish && (
            <LinkButton to={write} look="quiet" icon="edit">
              {t.write_answer}
            </LinkButton>
          )}
        </div>
        {answer.sources.length > 0 && <Sources of={answer.sources} />}
      </div>
    </>
  )
}
