import assert from 'node:assert/strict'
import { aColleague } from '../handoff/desk.ts'
import { startTestApp, until } from '../helpers/app.ts'
import { anAssistant, type Person, signUp } from '../helpers/people.ts'
import { startPage } from './fake-site.ts'

export type Shop = Awaited<ReturnType<typeof openShop>>
type Dialog = { id: number; email: string | null; external_id: string | null; first_name: string | null }

/** The whole appliance with an owner, an assistant and the operator Anna, and a customer's page on another port. */
export async function openShop(flags: Record<string, string> = {}) {
  const app = await startTestApp({ flags })
  const owner = await signUp(app, 'owner')
  const assistant = await anAssistant(app, owner, {
    name: 'Лист',
    widget: { title: 'Северный лист', color: '#1f6f54' } as never,
  })
  const anna = await aColleague({ app, owner }, 'Анна')
  const page = await startPage({ hostUrl: app.url, token: assistant.site_token })
  return {
    app,
    owner,
    anna,
    assistant,
    hostUrl: app.url,
    pageUrl: page.url,
    reports: page.reports,
    /** The newest dialog, once there is one. */
    dialog: () => until(async () => (await dialogsOf(owner))[0]),
    dialogs: () => dialogsOf(owner),
    /** Anna is at her desk. */
    arrive: () => anna.call('POST', '/api/operator/heartbeat', { status: 'available' }),
    /** Anna does something in the newest dialog. */
    act: async (what: string, body: unknown = {}) => {
      const done = await anna.call('POST', `/api/dialogs/${(await dialogsOf(owner))[0]!.id}/${what}`, body)
      assert.ok(done.status < 300, `${what}: ${JSON.stringify(done.body)}`)
    },
    async [Symbol.asyncDispose]() {
      await page.close()
      await app[Symbol.asyncDispose]()
    },
  }
}

async function dialogsOf(owner: Person): Promise<Dialog[]> {
  return (await owner.call<{ dialogs: Dialog[] }>('GET', '/api/dialogs')).body.dialogs
}
