import type { Chat, ChatHost, Message } from './shared/contract.ts'
import { addStyles } from './shared/dom.ts'
import { chatTexts } from './shared/texts.ts'
import { createTalk } from './talk/conversation.ts'
import type { Conversation } from './talk/state.ts'
import { createAnnouncer } from './view/announcer.ts'
import { css } from './view/chat.css'
import { createPanel } from './view/panel.ts'
import { createThread } from './view/thread.ts'

/** Puts the chat window into the loader's shadow root, hidden, and ties it to the conversation. Only an answer the
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
    onSuggestion: send,
    onEarlier: () => void talk.loadEarlier().catch(() => panel.notice(texts.notLoaded)),
  })
  const panel = createPanel({ host, texts, thread: thread.node, onSend: send })

  function onChange(conversation: Conversation): void {
    thread.render(conversation)
    if (conversation.draft) announcer.draft(conversation.draft.text)
  }

  function onAnswer(message: Message): void {
    const { id, sender, text, operator_name } = message
    announcer.message(operator_name ?? host.config.assistant.name, text)
    if (!isOpen) host.showUnread((host.store.read().unread ?? 0) + 1)
    host.emit('message', { id, sender, text })
  }

  function onTrouble(trouble: boolean): void {
    panel.notice(trouble ? texts.offline : '')
  }

  function send(text: string): void {
    const words = text.trim().slice(0, 4000)
    if (!words) return
    talk.send(words)
    thread.toEnd()
  }

  function open(): void {
    isOpen = true
    panel.open()
    thread.toEnd()
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

  addStyles(host.root, css)
  host.root.prepend(panel.node, announcer.node)
  thread.render({ entries: [], draft: undefined, has_more: false, last_event_id: 0 })
  if (host.store.read().asked_at) talk.restore().catch(() => undefined) // opening the window tries again and says so
  return { open, close, send, destroy }
}
