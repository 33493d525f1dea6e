import { describe, expect, test } from '@jest/globals'
import { configOf, file, run } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'

const pipedrive = pipedriveServer()

/** A source whose host was edited by someone who cannot see its token. */
function edited() {
  const sandbox = pipedrive.open({ deals: 1, baseUrl: 'https://sim.example.com/pipedrive' })
  return file(configOf(sandbox, { base_url: sandbox.baseUrl }))
}

describe('a base_url outside of the own network', () => {
  test.each([['check'], ['discover'], ['read', '--stream', 'users']])(
    'gets no request from %s',
    async (...argv) => {
      const output = await run([...argv, '--config', edited()])
      const [connection] = output.messages.flatMap(({ connectionStatus }) => connectionStatus ?? [])
      const said = connection?.message ?? output.errors()[0]?.message
      expect(said).toContain("The config's base_url names the host sim.example.com")
      if (connection) expect(connection.status).toBe('FAILED')
      expect(pipedrive.sent).toEqual([])
    },
  )

  test('is used where the environment allows it', async () => {
    const env = { PIPEDRIVE_ALLOW_BASE_URL: 'sim.example.com' }
    const output = await run(['check', '--config', edited()], env)
    expect(output.messages.at(-1)?.connectionStatus).toEqual({ status: 'SUCCEEDED' })
    const [first, ...others] = pipedrive.sent.map(({ url }) => url)
    expect(first).toBe('https://sim.example.com/pipedrive/v1/users/me')
    expect(others.filter((url) => !url.startsWith('https://sim.example.com/pipedrive/'))).toEqual([])
  })
})
