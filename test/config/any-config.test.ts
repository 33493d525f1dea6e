import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import spec from '../../spec.json' with { type: 'json' }
import { ConnectorError } from '../../src/airbyte/errors.js'
import { migrateConfig } from '../../src/config/migrate.js'
import { secretsIn } from '../../src/config/secrets.js'
import { parseSettings } from '../../src/config/settings.js'
import { file, run } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { fuzzed } from '../support/fuzz.js'

const pipedrive = pipedriveServer()

/** Few, so that the same one also occurs in fields of other kinds; with every character that some format escapes. */
const SECRETS = [
  '0123456789abcdef0123456789abcdef01234567',
  'v1u:"quotes" and \\backslashes\\ and / & + = %25',
  ' blanks around a token of ümläute and 😀 \n',
  'half a pair \ud800 and a NUL \0 in a long text',
]
const secret = fc.constantFrom(...SECRETS)
const blank = fc.constantFrom('', null, '  ', {})
const anything = fc.jsonValue({ maxDepth: 3 }).map((value) => value as unknown)
/** Mostly a valid value, so that validation reaches the rest of the config. */
const mostly = (fitting: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 40, arbitrary: fitting },
    { weight: 1, arbitrary: blank },
    { weight: 1, arbitrary: anything },
  )
/** All of the first fields, and some of the others. */
const fields = (there: Record<string, fc.Arbitrary<unknown>>, more: typeof there = {}) =>
  fc
    .tuple(fc.record(mapValues(there)), fc.record(mapValues(more), { requiredKeys: [] }))
    .map(([first, second]) => ({ ...first, ...second }))
const mapValues = (record: Record<string, fc.Arbitrary<unknown>>) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, mostly(value)]))

const date = fc.constantFrom('2024-01-01', '2017-01-25 00:00:00Z', '2024-01-01T10:00:00.5+02:00')
const noDate = fc.constantFrom('2024-02-30', 'soon', '0000-00-00', '2024-01-01T99:00')
const someDate = fc.oneof(
  { weight: 9, arbitrary: date },
  { weight: 1, arbitrary: noDate },
  { weight: 1, arbitrary: secret },
)

const token = (type: string) => fields({ auth_type: fc.constant(type), api_token: secret })
const app = (type: string) =>
  fields(
    { auth_type: fc.constant(type), client_id: secret, client_secret: secret, refresh_token: secret },
    {
      access_token: secret,
      token_expiry_date: someDate,
      api_domain: fc.constantFrom(
        'https://company.pipedrive.com/',
        'company.pipedrive.com',
        'http://x',
        '://',
      ),
      api_token: secret,
    },
  )
const signIn = fc.oneof(
  fields({ api_token: secret }),
  fields({ credentials: fc.oneof(token('api_token'), app('oauth2.0'), app('Client')) }),
  fields({ authorization: fc.oneof(token('Token'), app('Client'), app('')) }),
  fields({}, { api_token: secret, credentials: token('api_token'), authorization: app('Client') }),
)
const streams = Object.keys(spec.connectionSpecification.properties.start_dates.properties)
const options = fields(
  {},
  {
    replication_start_date: someDate,
    start_dates: fc.dictionary(fc.constantFrom(...streams, 'users', '__proto__'), mostly(someDate)),
    lookback_minutes: fc.integer({ min: -1, max: 1440 }),
    plan: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('auto', 'essential') },
      { weight: 1, arbitrary: secret },
    ),
    burst_share: fc.double({ min: 0, max: 1, noNaN: true }),
    mail_bodies: fc.boolean(),
    settings_every_hours: fc.integer({ min: -1, max: 168 }),
    per_parent_daily_share: fc.double({ min: 0, max: 1, noNaN: true }),
    daily_token_reserve: fc.double({ min: 0, max: 10_000, noNaN: true }),
    base_url: fc.constantFrom('http://localhost:1', 'https://x/y//', 'https://user@x', 'ftp://x/y'),
    num_workers: fc.integer(),
  },
)
const config = fc.tuple(signIn, options).map(([first, second]) => ({ ...first, ...second }))

/** As parsed from a file. */
const fromFile = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const anyConfig = fc.oneof({ weight: 9, arbitrary: config }, { weight: 1, arbitrary: anything }).map(fromFile)

/** Without texts that are too common to search for: `[object Object]`, a blank, a word. */
const tellingSecrets = (value: unknown) => secretsIn(value).filter((text) => text.length >= 30)

/** The message of the config error; empty without an error. */
function refusalOf(value: unknown): string {
  try {
    parseSettings(value)
    return ''
  } catch (error) {
    expect(error).toBeInstanceOf(ConnectorError)
    expect((error as ConnectorError).failureType).toBe('config_error')
    return (error as ConnectorError).message
  }
}

describe('for any config', () => {
  test('parsing returns settings or throws one config error without a secret', () => {
    let accepted = 0
    fc.assert(
      fc.property(anyConfig, (value) => {
        const message = refusalOf(value)
        if (message === '') accepted += 1
        expect(tellingSecrets(value).filter((text) => message.includes(text))).toEqual([])
      }),
      fuzzed(150),
    )
    expect(accepted).toBeGreaterThan(10)
  })

  test('the stored config gives the same settings and is not migrated again', () => {
    fc.assert(
      fc.property(anyConfig, (value) => {
        fc.pre(refusalOf(value) === '')
        const { config, migrated, ...settings } = parseSettings(value)
        const stored = fromFile(config)
        expect(parseSettings(stored)).toEqual({ ...settings, config: stored, migrated: false })
        expect(migrated).toBe(migrateConfig(value as Record<string, unknown>).changed)
      }),
      { ...fuzzed(20), maxSkipsPerRun: 1000 },
    )
  })

  test('check writes one connection status, and only the config to store has a secret', async () => {
    const sandbox = pipedrive.open({ deals: 1 })
    const body = { success: false, error: SECRETS.join(' and ') }
    const fault = { kind: 'status', status: 401, body } as const
    sandbox.faults.inject({ path: '/v1/users/me', times: Infinity, fault })
    await fc.assert(
      fc.asyncProperty(anyConfig, async (value) => {
        fc.pre(!(value as { base_url?: string } | null)?.base_url)
        // OAuth has tests of its own.
        fc.pre(!/oauth2\.0|Client|refresh_token/.test(JSON.stringify(value)))
        const { messages, exitCode, text } = await run(['check', '--config', file(JSON.stringify(value))])
        // A config to store, and warnings of unknown settings, may come before it.
        const kinds = messages.map(({ type }) => type).filter((type) => type !== 'CONTROL' && type !== 'LOG')
        expect(kinds).toEqual(['CONNECTION_STATUS'])
        expect(exitCode).toBe(0)
        const lines = text.split('\n').filter((line) => !line.startsWith('{"type":"CONTROL"'))
        const escaped = tellingSecrets(value).map((found) => JSON.stringify(found).slice(1, -1))
        expect(escaped.filter((found) => lines.join().includes(found))).toEqual([])
      }),
      { ...fuzzed(20), maxSkipsPerRun: 1000 },
    )
  })
})
