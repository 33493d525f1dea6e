import { describe, expect, test } from '@jest/globals'
import { configOf, file, run, runForText } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'

const pipedrive = pipedriveServer()

/** An app that is not used, beside the token that is: every secret of the config is masked. */
const app = {
  auth_type: 'Client',
  client_id: 'client-0123456789',
  client_secret: 'se"cret/with+odd&letters=%0123456789',
  refresh_token: '12345:67890:refresh-0123456789',
  // It contains the refresh token.
  access_token: 'v1u:12345:67890:refresh-0123456789:access',
}
const { client_id: id, client_secret: secret, refresh_token: refresh, access_token: access } = app

describe('a secret that Pipedrive’s response repeats is masked', () => {
  test.each([
    { name: 'as it is', said: `no such token ${refresh}.`, masked: 'no such token ****.' },
    { name: 'with quotes that JSON escapes', said: `${secret}!`, masked: '****!' },
    { name: 'in quoted JSON', said: JSON.stringify({ secret }), masked: '{"secret":"****"}' },
    { name: 'in a URL', said: `/?a=${encodeURIComponent(secret)}&b=1`, masked: '/?a=****&b=1' },
    {
      name: 'in a form',
      said: new URLSearchParams({ refresh, b: '1' }).toString(),
      masked: 'refresh=****&b=1',
    },
    {
      name: 'in a Basic header, up to its last letter',
      said: `Basic ${btoa(`${id}:${secret}`)}`,
      masked: 'Basic ****")',
    },
    {
      name: 'as a whole, if another secret is part of it',
      said: `Bearer ${access}.`,
      masked: 'Bearer ****.',
    },
  ])('$name', async ({ said, masked }) => {
    const sandbox = pipedrive.open()
    const body = { success: false, error: said }
    sandbox.faults.inject({ path: '/v1/users/me', times: 1, fault: { kind: 'status', status: 401, body } })
    const config = file(configOf(sandbox, { authorization: app }))
    const { messages } = await run(['check', '--config', config])
    expect(messages).toHaveLength(1)
    expect(messages[0]?.connectionStatus?.message).toContain(masked)
    const line = JSON.stringify(messages)
    for (const text of [id, secret, refresh, access]) expect(line).not.toContain(text)
  })
})

test.each(['read', 'estimate'])(
  'the password of a proxy is masked in every output of %s',
  async (command) => {
    const env = { HTTPS_PROXY: 'http://me:pass%40word@proxy:3128' }
    const argv = [command, '--config', '/pass@word/config.json', '--stream', 'deals', '--me:pass@word']
    const { text, aside } = await runForText(argv, env)
    expect(text + aside).toMatch(/\/\*{4}\/config.json/)
    expect(text + aside).not.toContain('pass@word')
  },
)
