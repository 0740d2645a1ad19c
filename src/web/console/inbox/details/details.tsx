import type { ComponentChildren } from 'preact'
import { count, language, useWords } from '../../core/i18n.ts'
import { useStore } from '../../core/store.ts'
import { Avatar, Badge } from '../../ui/avatar.tsx'
import { IconButton } from '../../ui/button.tsx'
import { useVisitorName } from '../names.ts'
import type { Dialog, Rating } from '../types.ts'
import { OtherDialogs } from './others.tsx'
import { texts } from './texts.ts'
import './details.css'

/** What is known of a visitor beside what they say. */
export function Details({
  dialog,
  ratings,
  onClose,
}: {
  dialog: Dialog
  ratings: readonly Rating[]
  onClose: () => void
}) {
  const t = useWords(texts)
  const name = useVisitorName(dialog)
  return (
    <aside class="details" aria-label={t.title}>
      <div class="details-head">
        <Avatar name={name} />
        <strong>{name}</strong>
        <div class="details-close">
          <IconButton icon="close" label={t.close} onClick={onClose} />
        </div>
      </div>
      {!dialog.email && !dialog.first_name && !dialog.telegram_username && <p class="muted small">{t.unknown}</p>}
      <dl class="facts">
        <About dialog={dialog} />
      </dl>
      <Ratings of={ratings} />
      <OtherDialogs dialog={dialog} />
    </aside>
  )
}

function About({ dialog }: { dialog: Dialog }) {
  const t = useWords(texts)
  const { email, external_id, telegram_username, platform, locale, assistant_name, created_at, handoff_reason } = dialog
  const begun = new Intl.DateTimeFormat(useStore(language), { dateStyle: 'long', timeStyle: 'short' })
  return (
    <>
      {email && (
        <Fact name={t.email}>
          <a href={`mailto:${encodeURIComponent(email).replace('%40', '@')}`}>{email}</a>
        </Fact>
      )}
      {external_id && <Fact name={t.external_id}>{external_id}</Fact>}
      {telegram_username && <Fact name={t.telegram}>@{telegram_username}</Fact>}
      <Fact name={t.platform}>{t[platform]}</Fact>
      <PageOf dialog={dialog} />
      <Fact name={t.locale}>{t[locale]}</Fact>
      <Fact name={t.assistant}>{assistant_name}</Fact>
      <Fact name={t.first_seen}>{begun.format(new Date(created_at))}</Fact>
      {handoff_reason && <Fact name={t.reason}>{isReason(handoff_reason) ? t[handoff_reason] : handoff_reason}</Fact>}
    </>
  )
}

function PageOf({ dialog: { page_url, page_title } }: { dialog: Dialog }) {
  const t = useWords(texts)
  if (!page_url) return null
  const isWeb = /^https?:\/\//i.test(page_url) // anything else stays text: a visitor's browser sent it
  return (
    <Fact name={t.page}>
      {isWeb ? (
        <a href={page_url} target="_blank" rel="noopener noreferrer nofollow">
          {page_title || page_url}
        </a>
      ) : (
        page_url
      )}
      {isWeb && page_title && <span class="muted small details-url">{page_url}</span>}
    </Fact>
  )
}

function Ratings({ of }: { of: readonly Rating[] }) {
  const t = useWords(texts)
  if (of.length === 0) return null
  const whole = of.find(({ message_id }) => message_id === 0)
  const [up, down] = (['up', 'down'] as const).map((wanted) => of.filter(({ rating }) => rating === wanted).length)
  return (
    <section class="details-part">
      <h3>{t.ratings}</h3>
      <p class="line">
        {Boolean(up) && <Badge kind="good">{count(up ?? 0, t.up)}</Badge>}
        {Boolean(down) && <Badge kind="bad">{count(down ?? 0, t.down)}</Badge>}
      </p>
      {whole?.comment && (
        <p class="plain-text">
          {t.whole}: {whole.comment}
        </p>
      )}
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const REASONS = ['keyword', 'manual', 'fallback', 'retries', 'complaint', 'low_confidence'] as const

function isReason(reason: string): reason is (typeof REASONS)[number] {
  return (REASONS as readonly string[]).includes(reason)
}
