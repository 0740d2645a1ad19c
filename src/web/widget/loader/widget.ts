import type { Chat, ChatHost, Identity, WidgetConfig } from '../shared/contract.ts'
import { chooseLanguage } from '../shared/language.ts'
import { openStore, rememberOpen, wasOpen } from '../shared/storage.ts'
import type { Handlers } from './commands.ts'
import { mountLauncher } from './launcher.ts'
import type { Site } from './site.ts'

/** Shows the button and ties it to the chat, whose code is fetched at the first sign of interest. Answers with the
 * commands a page may give. */
export function createWidget(site: Site, config: WidgetConfig, emit: ChatHost['emit']): Handlers {
  const language = chooseLanguage(site.language, config)
  const store = openStore(site.token)
  let isOpen = false
  let attempts = 0
  let loading: Promise<Chat> | undefined

  const launcher = mountLauncher({
    language,
    color: config.theme.color,
    position: site.position ?? config.theme.position,
    onToggle: () => toggle(),
    onApproach,
  })
  const showUnread = (count: number) => {
    store.write({ unread: count })
    launcher.setUnread(count)
  }
  const host: Omit<ChatHost, 'requestClose'> = {
    base: site.base,
    siteToken: site.token,
    language,
    config,
    root: launcher.root,
    store,
    emit,
    showUnread,
  }

  function load(): Promise<Chat> {
    loading ??= importChat(site.base, attempts++)
      .then(({ mountChat }) => mountChat(Object.assign(host, { requestClose: close })))
      .catch((error: unknown) => {
        loading = undefined // so that the next press tries again
        throw error
      })
    return loading
  }

  function onApproach(): void {
    load().catch(() => undefined) // the click that follows says what went wrong
  }

  async function withChat(action: (chat: Chat) => void): Promise<void> {
    launcher.setState('busy')
    try {
      const chat = await load()
      launcher.setState(isOpen ? 'open' : 'closed')
      action(chat)
    } catch (error) {
      isOpen = false
      launcher.setState('failed')
      console.warn(`ReplyX: the chat code did not load from ${site.base}: ${String(error)}`)
    }
  }

  function open(): void {
    if (isOpen) return
    isOpen = true
    void withChat((chat) => {
      if (!isOpen) return
      rememberOpen(true)
      showUnread(0)
      chat.open()
      emit('open')
    })
  }

  function close(): void {
    if (!isOpen) return
    isOpen = false
    rememberOpen(false)
    launcher.setState('closed')
    launcher.focus()
    void loading?.then((chat) => chat.close())
    emit('close')
  }

  function toggle(): void {
    if (isOpen) close()
    else open()
  }

  function openAnd(action: (chat: Chat) => void): void {
    open()
    void withChat(action)
  }

  function identify(identity: Identity): void {
    host.identity = identity
    void loading?.then((chat) => chat.identify())
  }

  function destroy(): void {
    void loading?.then((chat) => chat.destroy())
    launcher.remove()
    window.ReplyX = undefined
  }

  const showStored = () => launcher.setUnread(store.read().unread ?? 0)
  showStored()
  addEventListener('storage', showStored) // what was read in another tab
  if (wasOpen() && !matchMedia('(max-width: 480px)').matches) open()
  else if (Date.now() < (store.read().until ?? 0)) onApproach()
  return {
    open,
    close,
    toggle,
    identify,
    destroy,
    send: (text: string) => openAnd((chat) => chat.send(String(text))),
    callHuman: () => openAnd((chat) => chat.callHuman()),
  }
}

function importChat(base: string, attempt: number): Promise<{ mountChat: (host: ChatHost) => Chat }> {
  // A browser may remember a failed module under its address, so a new try needs a new one.
  return import(`${base}widget-chat.js?v=${CHAT_HASH}${attempt ? `.${attempt}` : ''}`)
}
