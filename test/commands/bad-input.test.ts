import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { configOf, file, run, runForText } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { listStreams } from '../support/streams.js'

const pipedrive = pipedriveServer()
const token = 'f00dfeed'.repeat(5)
const credentials = { auth_type: 'api_token', api_token: token }
const catalog = { streams: [{ stream: { name: 'deals', json_schema: {} }, sync_mode: 'incremental' }] }

const badConfigs = [
  {
    name: 'a config that does not exist',
    path: '/nowhere/config.json',
    says: /\/nowhere\/config\.json does not exist/,
  },
  { name: 'an empty config file', content: '', says: /is empty\. Check the path/ },
  { name: 'a config that is not JSON', content: '{"credentials": ', says: /not valid JSON/ },
  { name: 'a config that is a list', content: [], says: /must be a JSON object/ },
  { name: 'a config that is null', content: 'null', says: /must be a JSON object/ },
  { name: 'a config without credentials', content: {}, says: /no credentials/ },
  {
    name: 'credentials without a token',
    content: { credentials: { auth_type: 'api_token' } },
    says: /credentials\.api_token is missing/,
  },
  {
    name: 'an empty token',
    content: { credentials: { ...credentials, api_token: '' } },
    says: /credentials\.api_token is empty/,
  },
  {
    name: 'an unknown authentication type',
    content: { credentials: { auth_type: 'password' } },
    says: /credentials\.auth_type must be "oauth2\.0" or "api_token"/,
  },
  { name: 'an unknown plan', content: { credentials, plan: 'gold' }, says: /plan must be one of auto, lite/ },
  {
    name: 'a start date in another form',
    content: { credentials, replication_start_date: '25-01-2017' },
    says: /replication_start_date must have the form YYYY-MM-DD/,
  },
  {
    name: 'a start date of a stream that has none',
    content: { credentials, start_dates: { deal: '2026-02-20', users: '2026-02-20' } },
    says: /start_dates name deal, users\. Streams with a start date are: .*deals, /,
  },
  {
    name: 'a start date that does not exist',
    content: { credentials, replication_start_date: '2026-02-30' },
    says: /"2026-02-30" is not a date/,
  },
  {
    name: 'a start date in the future',
    content: { credentials, replication_start_date: '2999-01-01' },
    says: /replication_start_date "2999-01-01" is in the future\. Enter a date in the past/,
  },
  {
    name: 'a start date of a stream in the future',
    content: { credentials, start_dates: { deals: '2999-01-01' } },
    says: /start_dates\.deals "2999-01-01" is in the future/,
  },
  { name: 'a folder', path: tmpdir(), says: /is a folder/ },
  { name: 'a path below a file', path: join(file({}), 'config.json'), says: /is a file and not a folder/ },
  {
    name: 'a lookback that is not a number',
    content: { credentials, lookback_minutes: 'two' },
    says: /lookback_minutes must be integer/,
  },
  {
    name: 'a base URL of another protocol',
    content: { credentials, base_url: 'ftp://x' },
    says: /base_url must have the form/,
  },
]

const configFile = ({ path, content }: { path?: string; content?: unknown }) => path ?? file(content)

/** A message for a user: one line that says what to do, without a stack, a class name or a secret. */
function expectForPeople(message: string | undefined, output: Output): void {
  expect(message).toMatch(/[.!?]$/)
  expect(message).not.toMatch(/\n| at .*:\d+|Error:|undefined|\[object/)
  expect(output.text).not.toContain(token)
}

describe('a bad config', () => {
  test.each(badConfigs)('check: $name is FAILED with exit code 0', async ({ says, ...config }) => {
    const output = await run(['check', '--config', configFile(config)])
    const [status] = output.messages.flatMap(({ connectionStatus }) => connectionStatus ?? [])
    expect(status).toMatchObject({ status: 'FAILED', message: expect.stringMatching(says) })
    expectForPeople(status?.message, output)
    expect(output.exitCode).toBe(0)
  })

  test.each(badConfigs)(
    'discover and read: $name is one config error with exit code 1',
    async ({ says, ...config }) => {
      const path = configFile(config)
      for (const argv of [['discover'], ['read', '--catalog', file(catalog)]]) {
        const output = await run([...argv, '--config', path])
        expect(output.errors()).toMatchObject([
          { failure_type: 'config_error', message: expect.stringMatching(says) },
        ])
        expect(output.errors()[0]?.stack_trace).toBeUndefined()
        expectForPeople(output.errors()[0]?.message, output)
        expect(output.exitCode).toBe(1)
      }
    },
  )

  test('is one error with every problem', async () => {
    const config = { credentials: { auth_type: 'api_token' }, plan: 'gold', lookback_minutes: -1 }
    const output = await run(['discover', '--config', file(config)])
    for (const field of ['credentials.api_token', 'plan', 'lookback_minutes']) {
      expect(output.errors()[0]?.message).toContain(field)
    }
  })
})

describe('a bad catalog', () => {
  const badCatalogs = [
    {
      name: 'that does not exist',
      path: '/nowhere/catalog.json',
      says: /catalog \/nowhere\/catalog\.json does not exist/,
    },
    { name: 'that is not JSON', content: 'streams: []', says: /not valid JSON/ },
    { name: 'without streams', content: { deals: {} }, says: /no "streams" list.*src-pipedrive catalog/ },
    {
      name: 'that is the output of discover',
      content: { streams: [{ name: 'deals', json_schema: {} }] },
      says: /looks like the output of discover/,
    },
    {
      name: 'with an unknown sync mode',
      content: { streams: [{ stream: { name: 'deals' }, sync_mode: 'sometimes' }] },
      says: /sync_mode "sometimes" for "deals"/,
    },
    {
      name: 'that has a stream twice',
      content: { streams: [...catalog.streams, ...catalog.streams] },
      says: /"deals" twice/,
    },
  ]

  test.each(badCatalogs)('$name is one config error with exit code 1', async ({ says, ...source }) => {
    const sandbox = pipedrive.open()
    const output = await run(['read', '--config', file(configOf(sandbox)), '--catalog', configFile(source)])
    expect(output.errors()).toMatchObject([
      { failure_type: 'config_error', message: expect.stringMatching(says) },
    ])
    expectForPeople(output.errors()[0]?.message, output)
    expect(output.exitCode).toBe(1)
    expect(sandbox.ledger.entries).toEqual([])
  })

  test('without a catalog or streams is an error that says what to specify', async () => {
    const output = await run(['read', '--config', file(configOf(pipedrive.open()))])
    expect(output.errors()[0]?.message).toBe('Specify what to read with --catalog FILE or --stream NAME.')
  })

  test('with an unknown stream fails for this stream only: the others are read, and its error is last', async () => {
    const both = { streams: [{ stream: { name: 'gone' }, sync_mode: 'incremental' }, ...catalog.streams] }
    const sandbox = pipedrive.open()
    const output = await run(['read', '--config', file(configOf(sandbox)), '--catalog', file(both)])

    expect(output.statuses('gone')).toEqual(['STARTED', 'INCOMPLETE'])
    expect(output.statuses('deals').at(-1)).toBe('COMPLETE')
    expect(output.recordCounts().deals).toBe(sandbox.rows('deals', { deleted: true }).length)
    expect(output.errors()).toMatchObject([
      {
        failure_type: 'config_error',
        stream_descriptor: { name: 'gone' },
        message: expect.stringContaining('Refresh'),
      },
    ])
    expect(output.exitCode).toBe(1)
  })

  test('full of nulls, as some platforms write it, is accepted', async () => {
    const nulls = { destination_sync_mode: null, cursor_field: null, primary_key: null, generation_id: null }
    const riddled = {
      streams: [
        { stream: { name: 'users', json_schema: {}, namespace: null }, sync_mode: 'incremental', ...nulls },
      ],
    }
    const output = await run([
      'read',
      '--config',
      file(configOf(pipedrive.open())),
      '--catalog',
      file(riddled),
    ])
    expect(output.exitCode).toBe(0)
  })
})

describe('a state', () => {
  const read = (state: string) => {
    const argv = [
      'read',
      '--config',
      file(configOf(pipedrive.open())),
      '--catalog',
      file(catalog),
      '--state',
      state,
    ]
    return run(argv)
  }

  test.each([
    { name: 'that is empty', state: file('') },
    { name: 'that is {}', state: file({}) },
    { name: 'that is []', state: file([]) },
    { name: 'that is null', state: file('null') },
    {
      name: 'that is full of nulls',
      state: file([
        {
          type: 'STREAM',
          stream: { stream_descriptor: { name: 'deals', namespace: null }, stream_state: null },
          global_: null,
          data: null,
        },
      ]),
    },
  ])('$name is no state', async ({ state }) => {
    const output = await read(state)
    expect(output.exitCode).toBe(0)
    expect(output.recordCounts().deals).toBeGreaterThan(50)
  })

  test('that does not exist is a config error that says what to do for a first sync', async () => {
    const output = await read('/nowhere/state.json')
    expect(output.errors()).toMatchObject([
      {
        failure_type: 'config_error',
        message:
          'The state /nowhere/state.json does not exist. Check the path; in Docker, check the mount. For a first sync, leave --state out.',
      },
    ])
    expect(output.records()).toEqual([])
    expect(output.exitCode).toBe(1)
  })

  test('of an unknown stream is ignored with a warning', async () => {
    const state = [
      { type: 'STREAM', stream: { stream_descriptor: { name: 'recents' }, stream_state: { since: '2020' } } },
    ]
    const output = await read(file(state))
    expect(output.logs('WARN')).toEqual([expect.stringContaining('recents')])
    expect(output.exitCode).toBe(0)
  })

  test.each([
    { name: 'is not JSON', state: '[{', says: /not valid JSON/ },
    {
      name: 'is another tool’s',
      state: { bookmarks: { deals: { update_time: '2026-01-01T00:00:00Z' } } },
      says: /form that this connector does not know/,
    },
    {
      name: 'has no cursor that is understood',
      state: [
        {
          type: 'STREAM',
          stream: { stream_descriptor: { name: 'deals' }, stream_state: { update_time: 'yesterday' } },
        },
      ],
      says: /saved state of "deals"/,
    },
  ])('that $name is refused, and not treated as no state', async ({ state, says }) => {
    const output = await read(file(state))
    expect(output.errors()).toMatchObject([
      { failure_type: 'config_error', message: expect.stringMatching(says) },
    ])
    expect(output.records()).toEqual([])
    expect(output.exitCode).toBe(1)
  })
})

describe('the command line', () => {
  test.each([
    { name: 'no command', argv: [], says: /Specify a command/ },
    { name: 'an unknown command', argv: ['write'], says: /Unknown command: write/ },
    { name: 'check without a config', argv: ['check'], says: /Missing required argument: config/ },
    { name: '--config.x', argv: ['check', '--config.x', '1'], says: /Missing required argument: config/ },
    { name: '--no-config', argv: ['check', '--no-config'], says: /Missing required argument: config/ },
    { name: 'an empty path', argv: ['read', '--stream', 'deals', '--config='], says: /Pass --config FILE/ },
  ])('without a valid form says what to do, with exit code 1: $name', async ({ argv, says }) => {
    const output = await run(argv)
    expect(output.errors()).toMatchObject([
      { failure_type: 'config_error', message: expect.stringMatching(says) },
    ])
    expect(output.exitCode).toBe(1)
  })

  test('accepts flags in any order and ignores unknown ones with a warning', async () => {
    const config = file(configOf(pipedrive.open()))
    const output = await run(['--log-format', 'json', '--config', config, '--debug', 'check'])
    expect(output.logs('WARN')).toEqual(['Unknown flags are ignored: --log-format.'])
    expect(output.messages.at(-1)?.connectionStatus?.status).toBe('SUCCEEDED')
  })

  test('catalog prints a configured catalog that read accepts, by default without streams that cost a request per parent', async () => {
    const sandbox = pipedrive.open()
    const config = file(configOf(sandbox))
    const all = JSON.parse((await runForText(['catalog', '--config', config])).text) as { streams: object[] }
    expect(all.streams.length).toBe(listStreams.length)

    const argv = [
      'catalog',
      '--config',
      config,
      '--streams',
      'users,deal_fields',
      '--sync-mode',
      'incremental',
    ]
    const { text } = await runForText(argv)
    expect(JSON.parse(text)).toMatchObject({
      streams: [
        {
          stream: { name: 'users' },
          sync_mode: 'incremental',
          cursor_field: ['modified'],
          primary_key: [['id']],
        },
        { stream: { name: 'deal_fields' }, sync_mode: 'full_refresh', primary_key: [['key']] },
      ],
    })
    const output = await run(['read', '--config', config, '--catalog', file(text)])
    expect(Object.keys(output.recordCounts())).toEqual(['users', 'deal_fields'])
  })

  test('catalog reports an unknown stream on stderr, and prints nothing', async () => {
    const { text, aside, exitCode } = await runForText([
      'catalog',
      '--config',
      file(configOf(pipedrive.open())),
      '--streams',
      'gone',
    ])
    expect(text).toBe('')
    expect(aside).toContain('The stream gone does not exist. Available streams: users,')
    expect(exitCode).toBe(1)
  })

  test('read --stream needs no catalog', async () => {
    const output = await run([
      'read',
      '--config',
      file(configOf(pipedrive.open())),
      '--stream',
      'users',
      '--stream',
      'stages',
    ])
    expect(Object.keys(output.recordCounts()).sort()).toEqual(['stages', 'users'])
  })
})
