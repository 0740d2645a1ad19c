// The widget's loader comes when it comes; until then its queue keeps what the visitor pressed.
window.ReplyX ??= function queue() {
  queue.q ??= []
  queue.q.push(arguments)
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-ask], [data-open]')
  if (button?.dataset.ask) window.ReplyX('send', button.dataset.ask)
  else if (button) window.ReplyX('open')
})
