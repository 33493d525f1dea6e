import { describe, expect, test } from '@jest/globals'
import { migrateConfig, type Config } from '../../src/config/migrate.js'

const credentials = { auth_type: 'api_token', api_token: 'nested' }
const fields = { client_id: 'id', client_secret: 'secret', refresh_token: 'refresh' }
const oauth = { auth_type: 'oauth2.0', ...fields }

const older: { name: string; config: Config; today: Config }[] = [
  {
    name: 'a token at the top level (2.x and 3.x), with all the rest',
    config: { api_token: 'flat', replication_start_date: '2024-01-01', num_workers: 3, x: 1 },
    today: {
      credentials: { auth_type: 'api_token', api_token: 'flat' },
      replication_start_date: '2024-01-01',
      num_workers: 3,
      x: 1,
    },
  },
  ...Object.entries({
    essential: 'lite',
    advanced: 'growth',
    power: 'premium',
    enterprise: 'ultimate',
  }).map(([former, plan]) => ({
    name: `a plan by its former name: ${former}`,
    config: { credentials, plan: former },
    today: { credentials, plan },
  })),
  {
    name: 'a token at the top level and a plan by its former name',
    config: { api_token: 'flat', plan: 'power' },
    today: { credentials: { auth_type: 'api_token', api_token: 'flat' }, plan: 'premium' },
  },
  {
    name: 'a token in authorization (0.1.x)',
    config: { authorization: { auth_type: 'Token', api_token: 'old' }, plan: 'lite' },
    today: { credentials: { auth_type: 'api_token', api_token: 'old' }, plan: 'lite' },
  },
  {
    name: 'a token in authorization without a type',
    config: { authorization: { api_token: 'old' } },
    today: { credentials: { auth_type: 'api_token', api_token: 'old' } },
  },
  {
    name: 'an OAuth app in authorization (0.1.6 to 0.1.14)',
    config: { authorization: { auth_type: 'Client', ...fields } },
    today: { credentials: oauth },
  },
  {
    name: 'an OAuth app with its access token',
    config: { authorization: { auth_type: 'Client', ...fields, access_token: 'access' } },
    today: { credentials: { ...oauth, access_token: 'access' } },
  },
  {
    name: 'an OAuth app without a type',
    config: { authorization: { ...fields, access_token: null } },
    today: { credentials: oauth },
  },
  {
    name: 'an OAuth app with the token of the option that was not chosen',
    config: { authorization: { auth_type: 'Client', ...fields, api_token: 'other' } },
    today: { credentials: oauth },
  },
  {
    name: 'a token with the OAuth app of the option that was not chosen',
    config: { authorization: { auth_type: 'Token', api_token: 'old', ...fields } },
    today: { credentials: { auth_type: 'api_token', api_token: 'old' } },
  },
  {
    name: 'an incomplete OAuth app, of which validation then reports the missing fields',
    config: { authorization: { auth_type: 'Client', client_id: 'id', client_secret: '' } },
    today: { credentials: { auth_type: 'oauth2.0', client_id: 'id' } },
  },
  {
    name: 'both older shapes, of which the newer one is used',
    config: { api_token: 'flat', authorization: { auth_type: 'Client', ...fields } },
    today: { credentials: { auth_type: 'api_token', api_token: 'flat' } },
  },
  {
    name: 'an older shape with empty credentials',
    config: { api_token: 'flat', credentials: {} },
    today: { credentials: { auth_type: 'api_token', api_token: 'flat' } },
  },
  {
    name: 'an older shape with blank fields',
    config: { api_token: '', authorization: { api_token: 'old' }, credentials: null, plan: '' },
    today: { credentials: { auth_type: 'api_token', api_token: 'old' } },
  },
]

const current: { name: string; config: Config }[] = [
  { name: 'a token', config: { credentials, plan: 'lite' } },
  { name: 'an OAuth app', config: { credentials: { ...oauth, access_token: 'access' }, num_workers: 3 } },
  { name: 'both shapes', config: { api_token: 'flat', authorization: { api_token: 'old' }, credentials } },
  { name: 'credentials of an unknown type', config: { api_token: 'flat', credentials: { a: 1 } } },
  { name: 'a required field that is blank', config: { credentials: { ...oauth, client_secret: '' } } },
  { name: 'a flat token that is not a text', config: { api_token: 5 } },
  { name: 'a flat token of blanks', config: { api_token: '  ' } },
  { name: 'an authorization that is not an object', config: { authorization: 'Bearer x' } },
  { name: 'an empty authorization', config: { authorization: {} } },
  { name: 'no credentials', config: {} },
  { name: 'a plan that is not a name', config: { credentials, plan: 'toString' } },
]

describe('a config is migrated from', () => {
  test.each(older)('$name', ({ config, today }) => {
    expect(migrateConfig(config)).toEqual({ config: today, changed: true })
  })
})

describe('a config is not changed if it has', () => {
  test.each(current)('$name', ({ config }) => {
    expect(migrateConfig(config)).toEqual({ config, changed: false })
  })
})

describe('a migrated config', () => {
  test.each([...older, ...current])('of $name is not migrated again', ({ config }) => {
    const once = migrateConfig(config)
    expect(migrateConfig(once.config)).toEqual({ config: once.config, changed: false })
  })

  test.each([...older, ...current])('of $name does not change its input', ({ config }) => {
    const before = structuredClone(config)
    migrateConfig(config)
    expect(config).toEqual(before)
  })

  test('has no blank fields, and removing them is not a migration', () => {
    const filled = { credentials: oauth, start_dates: { deals: '2024-01-01' }, x: { y: null } }
    const blanks = {
      credentials: { ...oauth, access_token: '', token_expiry_date: null, api_domain: '' },
      replication_start_date: '',
      start_dates: { deals: '2024-01-01', notes: '' },
      x: { y: null },
      base_url: null,
    }
    expect(migrateConfig(blanks)).toEqual({ config: filled, changed: false })
  })
})
