import { takeCommands } from './loader/commands.ts'
import { readTag, type Site } from './loader/site.ts'
import { createWidget } from './loader/widget.ts'
import type { WidgetConfig } from './shared/contract.ts'

const site = readTag()

// A second tag, or a page script that runs again after navigation, finds the first one at work and leaves.
if (site && !window.ReplyX?.loaded) void start(site)

async function start(site: Site): Promise<void> {
  const commands = takeCommands()
  const config = await fetchConfig(site)
  if (!config) return
  await bodyExists()
  commands.connect(createWidget(site, config, commands.emit))
}

async function fetchConfig(site: Site): Promise<WidgetConfig | undefined> {
  try {
    const response = await fetch(`${site.base}api/widget/config`, {
      headers: { 'X-Site-Token': site.token },
      credentials: 'omit',
    })
    const body = await response.json()
    if (response.ok) return body as WidgetConfig
    const reason = `${response.status} ${body?.error?.code ?? ''} ${body?.error?.message ?? ''}`.trim()
    warn(`${site.base} answered "${reason}"; check data-site-token and that ${location.origin} is an allowed domain.`)
  } catch (error) {
    warn(`${site.base} could not be asked (${String(error)}); check its address, CORS and this page's connect-src.`)
  }
  return undefined
}

function warn(reason: string): void {
  console.warn(`ReplyX: the chat is not shown, because ${reason}`)
}

async function bodyExists(): Promise<void> {
  if (document.body) return
  await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }))
}
