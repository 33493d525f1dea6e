import { describe, expect, test } from '@jest/globals'
import spec from '../../spec.json' with { type: 'json' }
import { unknownKeys } from '../../src/config/unknown-keys.js'

const paths = (config: object) => unknownKeys(config as Record<string, unknown>).map(({ path }) => path)

describe('the unknown settings of a config are', () => {
  test.each([
    { name: 'those at its top level', config: { plam: 'lite', plan: 'lite' }, unknown: ['plam'] },
    {
      name: 'those that the chosen credentials do not have',
      config: { credentials: { auth_type: 'api_token', api_token: 'x', client_id: 'y', tokn: 'z' } },
      unknown: ['credentials.client_id', 'credentials.tokn'],
    },
    { name: 'not those of a list that has its own errors', config: { start_dates: { x: 1 } }, unknown: [] },
  ])('$name', ({ config, unknown }) => {
    expect(paths(config)).toEqual(unknown)
  })

  test('none of spec.json', () => {
    const { properties } = spec.connectionSpecification
    expect(paths(Object.fromEntries(Object.keys(properties).map((key) => [key, 1])))).toEqual([])
    for (const option of properties.credentials.oneOf)
      expect(
        paths({ credentials: { ...option.properties, auth_type: option.properties.auth_type.const } }),
      ).toEqual([])
  })
})
