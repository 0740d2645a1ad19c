/** What the one tag on the page says. */
export interface Site {
  /** The folder the loader came from, with a slash at the end. */
  base: string
  token: string
  language: string | undefined
  position: string | undefined
}

/** Reads the tag this script was started by; nothing when the page has no tag with a site token. */
export function readTag(): Site | undefined {
  const current = document.currentScript as HTMLScriptElement | null
  const tag = current?.dataset.siteToken
    ? current
    : document.querySelector<HTMLScriptElement>('script[data-site-token]')
  if (!tag?.src || !tag.dataset.siteToken) return undefined
  const { siteToken, lang, position } = tag.dataset
  return { base: new URL('.', tag.src).href, token: siteToken!, language: lang, position }
}
