import type { Chat, ChatHost, Message } from './shared/contract.ts'
import { addStyles } from './shared/dom.ts'
import { chatTexts } from './shared/texts.ts'
import { createTalk } from './talk/conversation.ts'
import { type Conversation, type Entry, emptyConversation } from './talk/state.ts'
import { createAnnouncer } from './view/announcer.ts'
import { css } from './view/chat.css'
import { css as deskCss } from './view/desk.css'
import { createPanel } from './view/panel.ts'
import { openLater } from './view/tab.ts'
import { createThread } from './view/thread.ts'

// A button that was pressed and is gone would take the keyboard with it.
const isLost = (focused: Element | null) => focused instanceof HTMLElement && focused.offsetParent === null

/** Puts the chat window into the loader's shadow root, hidden, and ties it to the conversation. Only what the
 * visitor still waits for is asked for at once; everything else waits until the window opens. */
export function mountChat(host: ChatHost): Chat {
  const texts = chatTexts(host.language)
  const announcer = createAnnouncer()
  let isOpen = false

  const talk = createTalk(host, { onChange, onAnswer, onTrouble })
  const thread = createThread({
    host,
    texts,
    onRetry: talk.retry,
    onSuggestion: (text) => send(text),
    onEarlier: () => void talk.loadEarlier().catch(() => panel.notice(texts.notLoaded)),
    onVote: (id, vote) => attempt(talk.rate(id, vote)),
    onCall: callHuman,
    openFile: talk.files.open,
  })
  const panel = createPanel({
    host,
    texts,
    thread: thread.node,
    onSend: send,
    onTyping: talk.typing,
    onCall: callHuman,
    onStopWaiting: () => attempt(talk.stopWaiting()),
    onContact: talk.leaveContact,
    onTelegram: () => attempt(openLater(talk.telegramLink())),
  })

  function onChange(conversation: Conversation): void {
    const { activeElement } = host.root
    thread.render(conversation)
    panel.render(conversation.desk)
    if (isOpen && isLost(activeElement)) panel.focus()
    noteSeen(conversation)
    if (conversation.draft) announcer.draft(conversation.draft.text)
  }

  // Whoever writes has read what stands above, wherever they write.
  function noteSeen({ entries }: Conversation): void {
    const isSeen = ({ status, message }: Entry) => status === 'sent' && (isOpen || message.sender === 'user')
    const seen_id = entries.findLast(isSeen)?.message.id ?? 0
    if (seen_id > (host.store.read().seen_id ?? 0)) host.store.write({ seen_id, unread: 0 })
  }

  function onAnswer(message: Message): void {
    const { id, sender, text, operator_name, message_kind } = message
    announcer.message(message_kind === 'system' ? '' : (operator_name ?? host.config.assistant.name), text)
    if (!isOpen) host.showUnread(talk.unread())
    host.emit('message', { id, sender, text })
  }

  function onTrouble(trouble: boolean): void {
    panel.notice(trouble ? texts.offline : '')
  }

  function attempt(work: Promise<unknown>): void {
    work.then(
      () => panel.notice(''),
      () => panel.notice(texts.notDone),
    )
  }

  function send(text: string, files: File[] = []): void {
    const words = text.trim().slice(0, 4000)
    const [first, ...others] = files
    if (words || first) talk.send(words, first)
    for (const file of others) talk.send('', file)
    thread.toEnd()
  }

  function callHuman(): void {
    attempt(talk.callHuman())
    thread.toEnd()
  }

  function open(): void {
    isOpen = true
    panel.open()
    thread.toEnd()
    onChange(talk.current())
    talk.restore().catch(() => panel.notice(texts.notLoaded))
  }

  function close(): void {
    isOpen = false
    panel.close()
  }

  function destroy(): void {
    talk.stop()
    panel.close()
    panel.node.remove()
  }

  addStyles(host.root, css + deskCss)
  host.root.prepend(panel.node, announcer.node)
  onChange(emptyConversation)
  // Opening the window tries again and says so.
  if (Date.now() < (host.store.read().until ?? 0)) talk.restore().catch(() => undefined)
  return { open, close, send, callHuman, identify: talk.identify, destroy }
}
