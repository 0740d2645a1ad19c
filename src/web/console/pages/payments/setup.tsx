import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import { Badge } from '../../ui/avatar.tsx'
import { CopyButton } from '../../ui/button.tsx'
import { List, Row, Show } from '../../ui/list.tsx'
import { Card } from '../../ui/page.tsx'
import { roubles } from '../common/money.ts'
import './payments.css'
import { settingNames } from './setting-names.ts'
import { texts } from './texts.ts'
import type { Setup } from './types.ts'

type Setting = Setup['settings'][number]
type Named = keyof (typeof settingNames)['ru']
// In kopecks, as the settings are.
const SUMS = /^(billing\.(price|welcome|low)|payments\.)/
// What stands behind «=» in a command that sets what is missing.
const EXAMPLES: Record<string, string> = {
  'billing.enabled': 'true',
  'tbank.terminal_key': '1234567890123',
  'tbank.password_file': '/etc/replyx/tbank-password',
  public_url: 'https://shop.example',
}

/** What is configured and what is missing, each with the command that sets it. */
export function SetupCards() {
  const t = useWords(texts)
  const loaded = useLoad(() => call<Setup>('GET', '/api/admin/money'))
  return (
    <Show loaded={loaded}>
      {(setup) => (
        <>
          <Readiness setup={setup} />
          <Card title={t.settings} about={t.settings_about}>
            <List label={t.settings}>
              {setup.settings.map((setting) => (
                <SettingRow key={setting.name} setting={setting} />
              ))}
            </List>
          </Card>
        </>
      )}
    </Show>
  )
}

function Readiness({ setup: { billing, bank, notice_url, missing } }: { setup: Setup }) {
  const t = useWords(texts)
  const names = useWords(settingNames)
  return (
    <Card title={t.readiness}>
      <p class="line">
        <Badge kind={billing ? 'good' : 'plain'}>{billing ? t.billing_on : t.billing_off}</Badge>
        <Badge kind={bank ? 'good' : 'warn'}>{bank ? t.bank_on : t.bank_off}</Badge>
      </p>
      {missing.map((name) => (
        <div key={name} class="stack missing">
          <p>
            <strong>{names[name as Named] ?? name}</strong>. {t.is_missing}
          </p>
          <Command text={`replyx config set ${name} ${EXAMPLES[name] ?? '…'}`} />
        </div>
      ))}
      {missing.length > 0 && <p class="hint">{t.restart}</p>}
      <p class="small muted">
        {t.notices_to} <code>{notice_url}</code>
      </p>
    </Card>
  )
}

function Command({ text }: { text: string }) {
  return (
    <div class="copy-command">
      <code>{text}</code>
      <CopyButton text={text} look="quiet" />
    </div>
  )
}

function SettingRow({ setting }: { setting: Setting }) {
  const t = useWords(texts)
  const names = useWords(settingNames)
  const { name, value, is_set, is_secret } = setting
  const shown = !is_set ? t.not_set : is_secret ? t.set : SUMS.test(name) ? roubles(Number(value) / 100) : value
  // A secret never stands on a command line: the command asks for it.
  const command = `replyx config set ${name}${is_secret ? '' : ` ${value ?? EXAMPLES[name] ?? '…'}`}`
  return (
    <Row title={names[name as Named] ?? name} about={<span class="setting-value">{shown}</span>}>
      <Command text={command} />
    </Row>
  )
}
