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
    name: 'an OAuth app beside the token of the option that was not chosen',
    config: { authorization: { auth_type: 'Client', ...fields, api_token: 'other' } },
    today: { credentials: oauth },
  },
  {
    name: 'a token beside the OAuth app of the option that was not chosen',
    config: { authorization: { auth_type: 'Token', api_token: 'old', ...fields } },
    today: { credentials: { auth_type: 'api_token', api_token: 'old' } },
  },
  {
    name: 'half an OAuth app, of which the spec then tells what is missing',
    config: { authorization: { auth_type: 'Client', client_id: 'id', client_secret: '' } },
    today: { credentials: { auth_type: 'oauth2.0', client_id: 'id' } },
  },
  {
    name: 'both older shapes: the newer of them wins',
    config: { api_token: 'flat', authorization: { auth_type: 'Client', ...fields } },
    today: { credentials: { auth_type: 'api_token', api_token: 'flat' } },
  },
  {
    name: 'an older shape beside credentials that nobody filled in',
    config: { api_token: 'flat', credentials: {} },
    today: { credentials: { auth_type: 'api_token', api_token: 'flat' } },
  },
  {
    name: 'an older shape beside blanks',
    config: { api_token: '', authorization: { api_token: 'old' }, credentials: null, plan: '' },
    today: { credentials: { auth_type: 'api_token', api_token: 'old' } },
  },
]

const current: { name: string; config: Config }[] = [
  { name: 'a token', config: { credentials, plan: 'lite' } },
  { name: 'an OAuth app', config: { credentials: { ...oauth, access_token: 'access' }, num_workers: 3 } },
  { name: 'both shapes', config: { api_token: 'flat', authorization: { api_token: 'old' }, credentials } },
  { name: 'credentials of a kind that nobody knows', config: { api_token: 'flat', credentials: { a: 1 } } },
  { name: 'a required field that is blank', config: { credentials: { ...oauth, client_secret: '' } } },
  { name: 'a flat token that is no text', config: { api_token: 5 } },
  { name: 'a flat token of blanks', config: { api_token: '  ' } },
  { name: 'an authorization that is no object', config: { authorization: 'Bearer x' } },
  { name: 'an authorization with nothing in it', config: { authorization: {} } },
  { name: 'no credentials at all', config: {} },
]

describe('a config is migrated from', () => {
  test.each(older)('$name', ({ config, today }) => {
    expect(migrateConfig(config)).toEqual({ config: today, changed: true })
  })
})

describe('a config stays as it is with', () => {
  test.each(current)('$name', ({ config }) => {
    expect(migrateConfig(config)).toEqual({ config, changed: false })
  })
})

describe('a migrated config', () => {
  test.each([...older, ...current])('of $name is not migrated again', ({ config }) => {
    const once = migrateConfig(config)
    expect(migrateConfig(once.config)).toEqual({ config: once.config, changed: false })
  })

  test.each([...older, ...current])('of $name leaves what was given alone', ({ config }) => {
    const before = structuredClone(config)
    migrateConfig(config)
    expect(config).toEqual(before)
  })

  test('is without what the form leaves blank, which alone is no change', () => {
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
