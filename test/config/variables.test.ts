import { describe, expect, test } from '@jest/globals'
import { withVariables } from '../../src/config/variables.js'

const env = { PIPEDRIVE_API_TOKEN: 'f00d', PIPEDRIVE_EMPTY: ' ', HOME: '/root', AWS_SECRET: 'foreign' }
const variable = (name: string) => `\${${name}}`

describe('a variable of the environment', () => {
  test.each([
    { shape: 'credentials', wrap: (token: string): object => ({ credentials: { api_token: token } }) },
    { shape: 'an older config', wrap: (token: string): object => ({ api_token: token }) },
    {
      shape: 'a much older config',
      wrap: (token: string): object => ({ authorization: { api_token: token } }),
    },
  ])('replaces its name in the secrets of $shape', ({ wrap }) => {
    const config = wrap(variable('PIPEDRIVE_API_TOKEN'))
    expect(withVariables(config, env)).toEqual(wrap('f00d'))
    expect(config).toEqual(wrap(variable('PIPEDRIVE_API_TOKEN')))
  })

  test.each(['base_url', 'replication_start_date', 'plan', 'api_domain'])(
    'stays a name in %s, which is not secret',
    (setting) => {
      const config = { [setting]: variable('PIPEDRIVE_API_TOKEN') }
      expect(withVariables(config, env)).toEqual(config)
    },
  )

  test('stays a name among other characters', () => {
    const config = { api_token: `x${variable('PIPEDRIVE_API_TOKEN')}`, client_secret: '${' }
    expect(withVariables(config, env)).toEqual(config)
  })

  test.each(['HOME', 'AWS_SECRET', 'pipedrive_api_token', 'MY_PIPEDRIVE_API_TOKEN', 'PIPEDRIVE_A:-x', ''])(
    'is refused if it has another name: %s',
    (name) => {
      expect(() => withVariables({ api_token: variable(name) }, env)).toThrow(
        "The config's api_token refers to a variable of the environment that it may not read. The names of such variables begin with PIPEDRIVE_.",
      )
    },
  )

  test.each(['PIPEDRIVE_GONE', 'PIPEDRIVE_EMPTY'])('is an error if it is not set: %s', (name) => {
    expect(() => withVariables({ client_secret: variable(name) }, env)).toThrow(
      `The config's client_secret refers to the environment variable ${name}, which is not set.`,
    )
  })
})
