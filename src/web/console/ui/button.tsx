import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useWords } from '../core/i18n.ts'
import { Link } from '../core/router.ts'
import { Icon, type IconName } from './icon.tsx'
import { texts } from './texts.ts'
import { toast } from './toast.tsx'

type Look = 'main' | 'plain' | 'quiet' | 'danger'
type Props = Omit<JSX.IntrinsicElements['button'], 'icon'> & {
  look?: Look
  icon?: IconName
  /** Work is under way: it cannot be pressed, and says so. */
  busy?: boolean
  children: ComponentChildren
}

/** A button; `main` once a page, `danger` for what cannot be undone. */
export function Button({ look = 'plain', icon, busy = false, children, ...rest }: Props) {
  return (
    <button type="button" {...rest} class={`button ${look}`} disabled={busy || rest.disabled} aria-busy={busy}>
      {busy ? <Spinner /> : icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  )
}

/** A button of one drawing; `label` is its name. */
export function IconButton({
  icon,
  label,
  ...rest
}: Omit<JSX.IntrinsicElements['button'], 'icon' | 'label'> & { icon: IconName; label: string }) {
  return (
    <button type="button" {...rest} class="icon-button" aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  )
}

/** A link inside the console that looks like a button. */
export function LinkButton({
  to,
  look = 'plain',
  icon,
  children,
}: Pick<Props, 'look' | 'icon' | 'children'> & { to: string }) {
  return (
    <Link to={to} class={`button ${look}`}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </Link>
  )
}

/** Copies a text and says so. */
export function CopyButton({ text, look = 'plain' }: { text: string; look?: Look }) {
  const t = useWords(texts)
  const [done, setDone] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setDone(true)
      setTimeout(() => setDone(false), 2000)
    } catch {
      toast(t.not_copied, 'bad') // without TLS browsers have no clipboard
    }
  }
  return (
    <Button look={look} icon={done ? 'check' : 'copy'} onClick={() => void copy()}>
      <span aria-live="polite">{done ? t.copied : t.copy}</span>
    </Button>
  )
}

/** Something is under way. */
export function Spinner() {
  return <span class="spinner" aria-hidden="true" />
}
