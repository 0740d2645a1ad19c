import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp } from '../helpers/app.ts'
import { anAssistant, signUp } from '../helpers/people.ts'

for (const public_url of [undefined, 'https://chat.shop.ru']) {
  test(`the tag for a site leads to ${public_url ?? 'where its reader reached us'}, and what it names is there`, async () => {
    await using app = await startTestApp({ flags: public_url ? { public_url } : {} })
    const owner = await signUp(app, 'owner')
    const assistant = await anAssistant(app, owner)
    const { body } = await owner.call<{ tag: string }>('GET', `/api/assistants/${assistant.id}/embed`)
    const base = public_url ?? app.url
    assert.equal(body.tag, `<script async src="${base}/widget.js" data-site-token="${assistant.site_token}"></script>`)
    assert.equal((await app.call('GET', '/widget.js')).status, 200)
  })
}
