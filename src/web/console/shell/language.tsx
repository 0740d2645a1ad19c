import { type Language, language, setLanguage } from '../core/i18n.ts'
import { useStore } from '../core/store.ts'
import { Choice } from '../ui/field.tsx'

// Each language is named in itself, so that whoever needs it can read it.
const LANGUAGES: { value: Language; label: string }[] = [
  { value: 'ru', label: 'Русский' },
  { value: 'en', label: 'English' },
]

/** Changes the language of the console. */
export function LanguageSwitch({ label = 'Язык · Language' }: { label?: string }) {
  return <Choice label={label} options={LANGUAGES} value={useStore(language)} onChange={setLanguage} />
}
