import { describe, expect, test } from '@jest/globals'
import { configOf, file, run } from '../support/connector.js'
import { oauthConfig, storedConfigs } from '../support/oauth.js'
import { pipedriveServer } from '../support/sandbox.js'

const pipedrive = pipedriveServer()

describe('--config -', () => {
  test('reads the config from stdin', async () => {
    const sandbox = pipedrive.open()
    const argv = ['read', '--config', '-', '--stream', 'users']
    const output = await run(argv, {}, JSON.stringify(configOf(sandbox)))
    expect(output.recordCounts().users).toBe(sandbox.rows('users').length)
    expect(output.text).not.toContain(sandbox.apiToken)
  })

  test.each([
    { name: 'an empty one', input: '', says: 'The config on stdin is empty.' },
    { name: 'another text', input: 'token', says: 'The config on stdin is not valid JSON.' },
  ])('reports $name', async ({ input, says }) => {
    const output = await run(['discover', '--config', '-'], {}, input)
    expect(output.errors()[0]?.message).toContain(says)
    expect(output.exitCode).toBe(1)
  })
})

describe('credentials from the environment', () => {
  const credentials = { auth_type: 'api_token', api_token: '${PIPEDRIVE_API_TOKEN}' }

  test('are used, and masked like those of the config', async () => {
    const sandbox = pipedrive.open()
    const echo = { success: false, error: `The token ${sandbox.apiToken} is odd.` }
    sandbox.faults.inject({ path: '/v1/notes', fault: { kind: 'status', status: 418, body: echo } })
    const argv = ['read', '--config', file({ credentials }), '--stream', 'users,notes', '--debug']
    const output = await run(argv, { PIPEDRIVE_API_TOKEN: sandbox.apiToken })
    expect(output.recordCounts().users).toBe(sandbox.rows('users').length)
    expect(output.text).toContain('The token **** is odd')
    expect(output.text).not.toContain(sandbox.apiToken)
  })

  test('that are missing fail the check with the name of the variable', async () => {
    const { messages } = await run(['check', '--config', file({ credentials })])
    expect(messages.at(-1)?.connectionStatus).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('environment variable PIPEDRIVE_API_TOKEN, which is not set'),
    })
  })

  test('are not sent to the platform with a config of an older shape', async () => {
    const sandbox = pipedrive.open()
    const env = { PIPEDRIVE_API_TOKEN: sandbox.apiToken }
    const output = await run(['check', '--config', file({ api_token: credentials.api_token })], env)
    expect(storedConfigs(output)).toEqual([{ credentials }])
    expect(output.text).not.toContain(sandbox.apiToken)
  })

  test.each([{ rotates: false }, { rotates: true }])(
    'are not sent to the platform with new tokens, except a refresh token that replaces one (rotation: $rotates)',
    async ({ rotates }) => {
      const sandbox = pipedrive.open({ switches: { oauthRotation: rotates } })
      const { clientId, clientSecret, refreshToken } = sandbox.oauth
      const names = {
        client_id: '${PIPEDRIVE_CLIENT_ID}',
        client_secret: '${PIPEDRIVE_CLIENT_SECRET}',
        refresh_token: '${PIPEDRIVE_REFRESH_TOKEN}',
      }
      const output = await run(['check', '--config', file(oauthConfig(sandbox, names))], {
        PIPEDRIVE_CLIENT_ID: clientId,
        PIPEDRIVE_CLIENT_SECRET: clientSecret,
        PIPEDRIVE_REFRESH_TOKEN: refreshToken,
      })
      const [stored] = storedConfigs(output)
      const { refresh_token, ...rest } = stored?.credentials as Record<string, string>
      expect(rest).toMatchObject({ client_id: names.client_id, client_secret: names.client_secret })
      expect(refresh_token === names.refresh_token).toBe(!rotates)
      expect(output.text).not.toContain(clientSecret)
      expect(output.text).not.toContain(refreshToken)
    },
  )
})
