import { useWords, wordsNow } from '../../core/i18n.ts'
import { onEvent } from '../../core/live/events.ts'
import { createStore, memory, useStore } from '../../core/store.ts'
import { Icon } from '../../ui/icon.tsx'
import { toast } from '../../ui/toast.tsx'
import { openDialog } from '../places.ts'
import { texts } from './texts.ts'

const alerts = createStore(memory.read('alerts') === 'on')

/** Tells whoever wants it of each new person in the queue, wherever in the console they are, until the answer is called. */
export function keepAlerting(): () => void {
  return onEvent(({ type, dialog_id }) => type === 'handoff.requested' && alert(Number(dialog_id)))
}

/** Whether a new person in the queue is told by a soft sound, and by the system while the page is out of sight. */
export function AlertSwitch() {
  const t = useWords(texts)
  const isOn = useStore(alerts)
  const turn = async () => {
    memory.write('alerts', isOn ? null : 'on')
    alerts.set(!isOn)
    if (isOn) return toast(t.alerts_off)
    chime()
    const mayNotify = 'Notification' in window && (await Notification.requestPermission()) === 'granted'
    toast(mayNotify ? t.alerts_on : t.alerts_sound)
  }
  return (
    <button
      type="button"
      class="icon-button alert-switch"
      aria-pressed={isOn}
      title={t.alerts}
      onClick={() => void turn()}
    >
      <Icon name="bell" />
      <span class="spoken">{t.alerts}</span>
    </button>
  )
}

function alert(dialog_id: number): void {
  if (!alerts.get()) return
  chime()
  if (document.visibilityState === 'visible' || !('Notification' in window) || Notification.permission !== 'granted')
    return
  try {
    notify(dialog_id)
  } catch {
    return // Chrome on Android has notifications that a page cannot make; the sound was heard
  }
}

function notify(dialog_id: number): void {
  const t = wordsNow(texts)
  // No word of what was said: others may see this screen.
  const told = new Notification(t.alert_title, { body: t.alert_text, tag: `replyx:${dialog_id}` })
  told.onclick = () => {
    window.focus()
    openDialog(dialog_id)
    told.close()
  }
}

// Two soft tones; made here, because the page loads nothing. Browsers keep it silent until somebody has clicked.
function chime(): void {
  const audio = new AudioContext()
  for (const [at, pitch] of [
    [0, 660],
    [0.16, 880],
  ] as const) {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()]
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0.06, audio.currentTime + at)
    volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + at + 0.3)
    tone.connect(volume).connect(audio.destination)
    tone.start(audio.currentTime + at)
    tone.stop(audio.currentTime + at + 0.3)
  }
  setTimeout(() => void audio.close(), 1000)
}
