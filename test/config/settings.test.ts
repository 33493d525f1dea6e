import { describe, expect, test } from '@jest/globals'
import { parseSettings } from '../../src/config/settings.js'

const credentials = { auth_type: 'api_token', api_token: 'token-of-somebody' }
const fields = { client_id: 'id', client_secret: 'secret', refresh_token: 'refresh' }
const app = { auth_type: 'oauth2.0', ...fields }
const defaults = {
  credentials: { kind: 'api_token', apiToken: 'token-of-somebody' },
  startDate: undefined,
  startDates: {},
  lookbackMs: 120_000,
  plan: 'auto',
  burstShare: 1,
  dailyTokenReserve: 0,
  baseUrl: undefined,
}

describe('a config gives settings', () => {
  test.each<{ name: string; config: object; settings: object }>([
    { name: 'with all the defaults', config: { credentials }, settings: {} },
    { name: 'from a token at the top level', config: { api_token: 'token-of-somebody' }, settings: {} },
    {
      name: 'from the nested token when there are both',
      config: { api_token: 'old', credentials },
      settings: {},
    },
    {
      name: 'without the blanks that are copied along with a token',
      config: { credentials: { ...credentials, api_token: ' token-of-somebody\n' } },
      settings: {},
    },
    {
      name: 'as if nulls were not there',
      config: {
        api_token: null,
        credentials,
        replication_start_date: null,
        lookback_minutes: null,
        plan: null,
        base_url: null,
        burst_share: null,
        daily_token_reserve: '',
        start_dates: { deals: null, notes: '' },
      },
      settings: {},
    },
    {
      name: 'with a token at the top level beside credentials that are null',
      config: { api_token: 'token-of-somebody', credentials: null },
      settings: {},
    },
    { name: 'whatever else it holds', config: { credentials, __injected: { x: 1 } }, settings: {} },
    {
      name: 'with a start date',
      config: { credentials, replication_start_date: '2024-01-31 10:00' },
      settings: { startDate: Date.UTC(2024, 0, 31, 10) },
    },
    {
      name: 'with start dates of single streams',
      config: { credentials, start_dates: { deals: '2024-01-31', notes: '2025-01-31T10:00:00+02:00' } },
      settings: { startDates: { deals: Date.UTC(2024, 0, 31), notes: Date.UTC(2025, 0, 31, 8) } },
    },
    {
      name: 'with half of the rate',
      config: { credentials, burst_share: 0.5 },
      settings: { burstShare: 0.5 },
    },
    {
      name: 'with a reserve',
      config: { credentials, daily_token_reserve: 0.2 },
      settings: { dailyTokenReserve: 0.2 },
    },
    { name: 'with no lookback', config: { credentials, lookback_minutes: 0 }, settings: { lookbackMs: 0 } },
    {
      name: 'with a lookback',
      config: { credentials, lookback_minutes: 60 },
      settings: { lookbackMs: 3_600_000 },
    },
    {
      name: 'with a base URL, without the slashes at its end',
      config: { credentials, base_url: 'http://localhost:8080/pipedrive//' },
      settings: { baseUrl: 'http://localhost:8080/pipedrive' },
    },
  ])('$name', ({ config, settings }) => {
    const { config: stored, migrated, ...parsed } = parseSettings(config)
    expect(parsed).toStrictEqual({ ...defaults, ...settings })
    expect(migrated).toBe(!('credentials' in config) || config.credentials === null)
    expect(stored).toHaveProperty('credentials')
  })

  test.each([
    { plan: 'auto', today: 'auto' },
    { plan: 'lite', today: 'lite' },
    { plan: 'essential', today: 'lite' },
    { plan: 'growth', today: 'growth' },
    { plan: 'advanced', today: 'growth' },
    { plan: 'professional', today: 'professional' },
    { plan: 'premium', today: 'premium' },
    { plan: 'power', today: 'premium' },
    { plan: 'ultimate', today: 'ultimate' },
    { plan: 'enterprise', today: 'ultimate' },
  ])('with the plan $today for $plan', ({ plan, today }) => {
    expect(parseSettings({ credentials, plan }).plan).toBe(today)
  })
})

describe('an OAuth app gives credentials', () => {
  const oauth = { kind: 'oauth', clientId: 'id', clientSecret: 'secret', refreshToken: 'refresh' }
  const stored = { access_token: 'access', token_expiry_date: '2026-05-01T10:00:00Z' }
  const accessToken = { token: 'access', expiresAt: Date.UTC(2026, 4, 1, 10) }

  test.each<{ name: string; more: object; given: object; base_url?: string }>([
    { name: 'with what there must be', more: {}, given: {} },
    {
      name: 'without blanks around it',
      more: { client_id: ' id', client_secret: 'secret\n', refresh_token: '\trefresh ' },
      given: {},
    },
    { name: 'with the token that was stored', more: stored, given: { accessToken } },
    {
      name: 'with the token as the Airbyte CDK stores it',
      more: { access_token: ' access ', token_expiry_date: '2026-05-01T10:00:00.000001+00:00' },
      given: { accessToken },
    },
    {
      name: 'with the token as the Airbyte platform stores it',
      more: { ...stored, token_expiry_date: '2026-05-01T10:00:00.123456789Z' },
      given: { accessToken: { token: 'access', expiresAt: Date.UTC(2026, 4, 1, 10, 0, 0, 123) } },
    },
    { name: 'without a token that ends nobody knows when', more: { access_token: 'access' }, given: {} },
    {
      name: 'without a token whose end is no moment',
      more: { ...stored, token_expiry_date: 'soon' },
      given: {},
    },
    { name: 'without a token that is blank', more: { ...stored, access_token: ' ' }, given: {} },
    {
      name: 'as if what is left empty were not there',
      more: { access_token: '', token_expiry_date: null, api_domain: '' },
      given: {},
    },
    ...[
      'https://company.pipedrive.com',
      'https://company.pipedrive.com/',
      'https://company.pipedrive.com/api/v2',
      ' https://Company.Pipedrive.com ',
      'company.pipedrive.com',
    ].map((api_domain) => ({
      name: `with the company’s address from "${api_domain}"`,
      more: { api_domain },
      given: { apiDomain: 'https://company.pipedrive.com' },
    })),
    {
      name: 'with a simulator’s address beside a base URL',
      more: { api_domain: 'http://localhost:8080/pipedrive/' },
      base_url: 'http://localhost:8080/pipedrive',
      given: { apiDomain: 'http://localhost:8080/pipedrive' },
    },
  ])('$name', ({ more, given, base_url }) => {
    const config = { credentials: { ...app, ...more }, ...(base_url !== undefined && { base_url }) }
    expect(parseSettings(config).credentials).toStrictEqual({ ...oauth, ...given })
  })

  test('from the shape of Airbyte’s own source before 1.0', () => {
    const { credentials, migrated } = parseSettings({ authorization: { auth_type: 'Client', ...fields } })
    expect(credentials).toStrictEqual(oauth)
    expect(migrated).toBe(true)
  })
})

describe('a config tells what the platform is to store', () => {
  test('the whole of it in today’s shape, which gives the same settings again', () => {
    const { config, migrated, ...settings } = parseSettings({
      api_token: 'token-of-somebody',
      replication_start_date: '2017-01-25 00:00:00Z',
      num_workers: 5,
    })
    expect(migrated).toBe(true)
    expect(config).toEqual({ credentials, replication_start_date: '2017-01-25 00:00:00Z', num_workers: 5 })
    expect(parseSettings(config)).toStrictEqual({ ...settings, config, migrated: false })
  })

  test('nothing new where only blanks were left out', () => {
    expect(parseSettings({ credentials, plan: null, api_token: '' }).migrated).toBe(false)
  })
})

describe('a config is refused with one clear message', () => {
  test.each<{ name: string; config: unknown; says: string }>([
    { name: 'when it is null', config: null, says: 'must be a JSON object' },
    { name: 'when it is a list', config: [], says: 'must be a JSON object' },
    { name: 'when it is a text', config: 'token', says: 'must be a JSON object' },
    { name: 'when it is a number', config: 5, says: 'must be a JSON object' },
    { name: 'when it is empty', config: {}, says: 'The config has no credentials. Add {"credentials"' },
    {
      name: 'when credentials are null',
      config: { credentials: null },
      says: 'The config has no credentials.',
    },
    {
      name: 'when a flat token is no text',
      config: { api_token: 5 },
      says: 'The config has no credentials.',
    },
    { name: 'when a flat token is empty', config: { api_token: '' }, says: 'The config has no credentials.' },
    {
      name: 'when the token is null',
      config: { credentials: { auth_type: 'api_token', api_token: null } },
      says: 'credentials.api_token must be string',
    },
    {
      name: 'when the token is missing',
      config: { credentials: { auth_type: 'api_token' } },
      says: 'credentials.api_token is missing',
    },
    {
      name: 'when it signs in in another way',
      config: {
        credentials: { auth_type: 'Client', client_id: 'a', client_secret: 'b', refresh_token: 'c' },
      },
      says: 'The config is not valid: credentials.auth_type must be "oauth2.0" or "api_token".',
    },
    {
      name: 'when an OAuth app is all blanks',
      config: { credentials: { ...app, client_secret: ' ' } },
      says: 'The config is not valid: credentials.client_secret is empty.',
    },
    {
      name: 'when an OAuth app of an old shape has no refresh token',
      config: { authorization: { auth_type: 'Client', client_id: 'a', client_secret: 'b' } },
      says: 'The config is not valid: credentials.refresh_token is missing.',
    },
    ...[
      'https://pipedrive.com.example.org',
      'https://example.org/pipedrive.com',
      'http://company.pipedrive.com',
      'https://user:password@example.org',
      'company.notpipedrive.com',
      'https://',
      'none at all',
    ].map((api_domain) => ({
      name: `when tokens would go to ${api_domain}`,
      config: { credentials: { ...app, api_domain } },
      says: 'credentials.api_domain is no address of Pipedrive. Give one like https://company.pipedrive.com, or leave it out.',
    })),
    {
      name: 'when a start date of one stream is no text',
      config: { credentials, start_dates: { unknown: { toString: 1 } } },
      says: 'start_dates.unknown is not a date. Give one like',
    },
    {
      name: 'when its start date is no calendar day',
      config: { credentials, replication_start_date: '2026-02-30' },
      says: 'replication_start_date "2026-02-30" is not a date. Give one like 2024-01-01T00:00:00Z.',
    },
    {
      name: 'when its start date is no time of day',
      config: { credentials, replication_start_date: '2026-02-20T25:00:00Z' },
      says: 'is not a date',
    },
    {
      name: 'when a start date of one stream is none',
      config: { credentials, start_dates: { deals: '2026-02-30' } },
      says: 'start_dates.deals "2026-02-30" is not a date. Give one like 2024-01-01T00:00:00Z.',
    },
    {
      name: 'when a start date of one stream has another form',
      config: { credentials, start_dates: { deals: 'last week' } },
      says: 'start_dates.deals must have the form YYYY-MM-DD',
    },
    {
      name: 'when its share of the rate is nothing',
      config: { credentials, burst_share: 0 },
      says: 'burst_share must be > 0',
    },
    {
      name: 'when its share of the rate is more than all',
      config: { credentials, burst_share: 1.5 },
      says: 'burst_share must be <= 1',
    },
    {
      name: 'when its reserve is negative',
      config: { credentials, daily_token_reserve: -1 },
      says: 'daily_token_reserve must be >= 0',
    },
    {
      name: 'when its base URL only looks like one',
      config: { credentials, base_url: 'https://[host' },
      says: 'base_url is no address',
    },
    {
      name: 'when its plan does not exist',
      config: { credentials, plan: 'gold' },
      says: 'The config is not valid: plan must be one of auto, lite,',
    },
    {
      name: 'with all that is wrong',
      config: { credentials, plan: 'gold', lookback_minutes: -1, base_url: 'x' },
      says: 'lookback_minutes must be >= 0; plan must be one of',
    },
  ])('$name', ({ config, says }) => {
    expect(() => parseSettings(config)).toThrow(
      expect.objectContaining({
        failureType: 'config_error',
        message: expect.stringContaining(says) as unknown,
      }),
    )
  })

  // minLength counts the blanks that are cut off afterwards: an empty token is sent.
  test('when the token is nothing but blanks', () => {
    expect(() => parseSettings({ credentials: { ...credentials, api_token: '  ' } })).toThrow(
      'api_token is empty',
    )
  })

  test('that never holds the token', () => {
    const config = {
      credentials: { auth_type: 'token-of-somebody', api_token: 'token-of-somebody' },
      plan: 5,
    }
    expect(() => parseSettings(config)).toThrow(/^((?!token-of-somebody).)*$/)
  })
})
