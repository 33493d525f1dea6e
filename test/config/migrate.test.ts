import { describe, expect, test } from '@jest/globals'
import { migrateConfig } from '../../src/config/migrate.js'

const credentials = { auth_type: 'api_token', api_token: 'nested' }

describe('a config is migrated', () => {
  test('from the token at the top level, with all the rest', () => {
    expect(migrateConfig({ api_token: 'flat', replication_start_date: '2024-01-01', x: 1 })).toEqual({
      credentials: { auth_type: 'api_token', api_token: 'flat' },
      replication_start_date: '2024-01-01',
      x: 1,
    })
  })

  test.each([
    { name: 'today’s shape', config: { credentials, plan: 'lite' } },
    { name: 'both shapes', config: { api_token: 'flat', credentials } },
    { name: 'a token that is no text', config: { api_token: 5 } },
    { name: 'no token', config: {} },
  ])('not at all from $name', ({ config }) => {
    expect(migrateConfig(config)).toEqual(config)
  })

  test('to the same when it was migrated before', () => {
    const once = migrateConfig({ api_token: 'flat' })
    expect(migrateConfig(once)).toEqual(once)
  })

  test('without a change to what was given', () => {
    const config = Object.freeze({ api_token: 'flat', plan: 'lite' })
    migrateConfig(config)
    expect(config).toEqual({ api_token: 'flat', plan: 'lite' })
  })
})
