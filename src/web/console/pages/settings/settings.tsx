import { useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords, words } from '../../core/i18n.ts'
import { useAction } from '../../core/load.ts'
import { type Me, me, showMe } from '../../core/session.ts'
import { useStore } from '../../core/store.ts'
import { setTheme, theme } from '../../core/theme.ts'
import { LanguageSwitch } from '../../shell/language.tsx'
import { end } from '../../shell/nav.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice, TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.tsx'
import { common } from '../common/texts.ts'
import { TelegramLink } from '../telegram/own-link.tsx'

const texts = words({
  ru: {
    title: 'Настройки',
    profile: 'Профиль',
    first_name: 'Имя',
    last_name: 'Фамилия',
    name_hint: 'Так вас видят клиенты и коллеги.',
    look: 'Вид',
    language: 'Язык',
    theme: 'Цвета',
    auto: 'Как в системе',
    light: 'Светлые',
    dark: 'Тёмные',
    password: 'Пароль',
    current: 'Текущий пароль',
    fresh: 'Новый пароль',
    fresh_hint: 'От 8 знаков, с буквой и цифрой. На других устройствах придётся войти заново.',
    change: 'Сменить пароль',
    changed: 'Пароль изменён',
    session: 'Сессия',
    session_about: 'Вы вошли как',
    sign_out: 'Выйти',
  },
  en: {
    title: 'Settings',
    profile: 'Profile',
    first_name: 'First name',
    last_name: 'Last name',
    name_hint: 'How customers and colleagues see you.',
    look: 'Looks',
    language: 'Language',
    theme: 'Colours',
    auto: 'As the system',
    light: 'Light',
    dark: 'Dark',
    password: 'Password',
    current: 'Current password',
    fresh: 'New password',
    fresh_hint: 'At least 8 characters with a letter and a digit. Other devices have to sign in again.',
    change: 'Change the password',
    changed: 'The password was changed',
    session: 'Session',
    session_about: 'You are signed in as',
    sign_out: 'Sign out',
  },
})

/** What belongs to the person: name, password, language, colours, signing out. */
export function Settings() {
  const t = useWords(texts)
  const user = useStore(me)
  const chosen = useStore(theme)
  if (!user) return null
  return (
    <Page title={t.title}>
      <Card title={t.profile}>
        <Profile user={user} />
      </Card>
      <Card title={t.look}>
        <LanguageSwitch label={t.language} />
        <Choice
          label={t.theme}
          options={[
            { value: 'auto', label: t.auto },
            { value: 'light', label: t.light },
            { value: 'dark', label: t.dark },
          ]}
          value={chosen}
          onChange={setTheme}
        />
      </Card>
      <TelegramLink />
      <Card title={t.password}>
        <Password />
      </Card>
      <Card title={t.session}>
        <p>
          {t.session_about} <strong>{user.email}</strong>
        </p>
        <div class="actions left">
          <Button icon="logout" onClick={() => void end()}>
            {t.sign_out}
          </Button>
        </div>
      </Card>
    </Page>
  )
}

function Profile({ user }: { user: Me }) {
  const t = useWords(texts)
  const c = useWords(common)
  const [first_name, setFirst] = useState(user.first_name)
  const [last_name, setLast] = useState(user.last_name)
  const action = useAction(async () => {
    showMe(await call<Me>('PATCH', '/api/users/me', { first_name, last_name }))
    toast(c.saved)
  })
  const field = { problem: action.error, maxLength: 100 }
  return (
    <Form action={action} fields={['first_name', 'last_name']} verb={c.save}>
      <TextField
        label={t.first_name}
        hint={t.name_hint}
        name="first_name"
        autocomplete="given-name"
        {...field}
        value={first_name}
        onChange={setFirst}
      />
      <TextField
        label={t.last_name}
        name="last_name"
        optional
        autocomplete="family-name"
        {...field}
        value={last_name}
        onChange={setLast}
      />
    </Form>
  )
}

function Password() {
  const t = useWords(texts)
  const [current_password, setCurrent] = useState('')
  const [new_password, setNew] = useState('')
  const action = useAction(async () => {
    await call('POST', '/api/users/change-password', { current_password, new_password })
    setCurrent('')
    setNew('')
    toast(t.changed)
  })
  const field = { type: 'password', problem: action.error, required: true, maxLength: 128 }
  return (
    <Form action={action} fields={['current_password', 'new_password']} verb={t.change} look="plain">
      <TextField
        label={t.current}
        name="current_password"
        autocomplete="current-password"
        {...field}
        value={current_password}
        onChange={setCurrent}
      />
      <TextField
        label={t.fresh}
        hint={t.fresh_hint}
        name="new_password"
        autocomplete="new-password"
        {...field}
        value={new_password}
        onChange={setNew}
      />
    </Form>
  )
}
