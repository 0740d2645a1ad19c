import { bankPassword } from '../config/bank-password.ts'
import type { Config } from '../config/config.ts'
import { openTbank, type Tbank } from './bank/tbank.ts'
import { type Clamd, openClamd } from './clamd.ts'
import { type Http, openHttp } from './http.ts'
import { type Ollama, openOllama } from './ollama.ts'
import { type Openai, openOpenai } from './openai.ts'
import { openSmtp, type Smtp } from './smtp.ts'
import { openTelegram, type Telegram } from './telegram.ts'

/** Every system we talk to over a network. Each is a plain client that knows nothing of the application. */
export type Outside = {
  openai: Openai
  ollama: Ollama
  smtp: Smtp | undefined
  telegram: Telegram
  clamd: Clamd | undefined
  /** The bank that takes payments; undefined without a terminal. */
  tbank: Tbank | undefined
  close: () => Promise<void>
}

/** Opens the clients; nothing is connected before it is used. */
export function openOutside(config: Config): Outside {
  const direct = openHttp()
  const proxied = config.http_proxy ? openHttp({ proxy: config.http_proxy }) : direct
  const toTelegram = config['telegram.proxy'] ? openHttp({ proxy: config['telegram.proxy'] }) : direct
  return {
    openai: openOpenai(proxied),
    // Ollama runs on this machine or beside it: a proxy for the outside world does not lead there.
    ollama: openOllama(direct, { base_url: config['ollama.url'], parallel: config['ollama.parallel'] }),
    smtp: openMail(config),
    telegram: openTelegram(toTelegram, { api_root: config['telegram.api_root'] }),
    clamd: config['clamd.socket'] ? openClamd(config['clamd.socket']) : undefined,
    tbank: openBank(direct, config),
    close: async () => {
      await Promise.all([...new Set<Http>([direct, proxied, toTelegram])].map((http) => http.close()))
    },
  }
}

function openBank(http: Http, config: Config): Tbank | undefined {
  const [terminal_key, password] = [config['tbank.terminal_key'], bankPassword(config)]
  if (!terminal_key || !password) return undefined
  const { 'tbank.api_url': api_url, 'tbank.password_previous': previous } = config
  return openTbank(http, { api_url, terminal_key, password, previous })
}

function openMail(config: Config): Smtp | undefined {
  const [url, from] = [config['smtp.url'], config['smtp.from']]
  return url && from ? openSmtp({ url, from }) : undefined
}
