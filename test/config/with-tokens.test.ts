import { describe, expect, test } from '@jest/globals'
import { parseSettings } from '../../src/config/settings.js'
import { withTokens } from '../../src/config/with-tokens.js'

const fields = { client_id: 'id', client_secret: 'secret', refresh_token: 'refresh' }
const app = { auth_type: 'oauth2.0', ...fields }
const renewed = {
  accessToken: 'access 2',
  expiresAt: Date.UTC(2026, 4, 1, 10),
  refreshToken: 'refresh 2',
}
const tokens = { ...renewed, apiDomain: 'https://company.pipedrive.com' }
const stored = {
  access_token: 'access 2',
  token_expiry_date: '2026-05-01T10:00:00.000Z',
  refresh_token: 'refresh 2',
  api_domain: 'https://company.pipedrive.com',
}

describe('a config with new tokens', () => {
  test('keeps every other field', () => {
    const config = { credentials: { ...app, access_token: 'access 1', x: 1 }, num_workers: 3, plan: 'lite' }
    expect(withTokens(config, tokens)).toEqual({
      credentials: { ...app, ...stored, x: 1 },
      num_workers: 3,
      plan: 'lite',
    })
  })

  test('keeps its address if the response has no new one', () => {
    const config = { credentials: { ...app, api_domain: 'https://old.pipedrive.com' } }
    expect(withTokens(config, renewed).credentials).toMatchObject({ api_domain: 'https://old.pipedrive.com' })
    expect(withTokens({ credentials: app }, renewed).credentials).not.toHaveProperty('api_domain')
  })

  test('is in the current shape whatever the shape was', () => {
    expect(withTokens({ authorization: { auth_type: 'Client', ...fields } }, tokens)).toEqual({
      credentials: { ...app, ...stored },
    })
  })

  test('does not change its input', () => {
    const config = { credentials: { ...app } }
    withTokens(config, tokens)
    expect(config).toEqual({ credentials: app })
  })

  test('gives the new tokens when it is parsed again', () => {
    expect(parseSettings(withTokens({ credentials: app }, tokens)).credentials).toEqual({
      kind: 'oauth',
      clientId: 'id',
      clientSecret: 'secret',
      refreshToken: 'refresh 2',
      accessToken: { token: 'access 2', expiresAt: tokens.expiresAt },
      apiDomain: tokens.apiDomain,
    })
  })
})
