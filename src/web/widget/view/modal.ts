const phone = '(max-width: 480px)'

/** While the panel is open: Esc asks to close it; on a phone, where it covers the page, Tab stays inside and the panel
 * follows the part of the screen the keyboard leaves. Everything ends with the signal. */
export function holdAttention(
  panel: HTMLElement,
  { signal, onEscape }: { signal: AbortSignal; onEscape: () => void },
): void {
  const narrow = matchMedia(phone)
  const fit = () => {
    const view = visualViewport
    const covered = narrow.matches && view
    panel.setAttribute('aria-modal', String(narrow.matches))
    panel.style.setProperty('--height', covered ? `${view.height}px` : '')
    panel.style.setProperty('--top', covered ? `${view.offsetTop}px` : '')
  }
  panel.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Escape' && !event.isComposing) {
        event.stopPropagation()
        onEscape()
      }
      if (event.key === 'Tab' && narrow.matches) keepInside(panel, event)
    },
    { signal },
  )
  narrow.addEventListener('change', fit, { signal })
  visualViewport?.addEventListener('resize', fit, { signal })
  visualViewport?.addEventListener('scroll', fit, { signal })
  fit()
}

function keepInside(panel: HTMLElement, event: KeyboardEvent): void {
  const all = [...panel.querySelectorAll<HTMLElement>('button, a[href], input, textarea, [tabindex="0"]')]
  const stops = all.filter((stop) => stop.offsetParent !== null)
  const active = (panel.getRootNode() as ShadowRoot).activeElement
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]]
  if (active !== from || !to) return
  event.preventDefault()
  to.focus()
}
