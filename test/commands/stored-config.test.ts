import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { configOf, file, run, runForText } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'

const pipedrive = pipedriveServer()
const catalog = file({
  streams: [{ stream: { name: 'currencies', json_schema: {} }, sync_mode: 'full_refresh' }],
})

const commands = [{ argv: ['check'] }, { argv: ['discover'] }, { argv: ['read', '--catalog', catalog] }]

/** Configs of older versions of Airbyte's own source. */
const older = [
  { name: 'a flat token', shape: ({ apiToken }: Sandbox) => ({ api_token: apiToken }) },
  {
    name: 'a token in authorization',
    shape: ({ apiToken }: Sandbox) => ({ authorization: { auth_type: 'Token', api_token: apiToken } }),
  },
]
const rest = { replication_start_date: '2017-01-25 00:00:00Z', num_workers: 3, plan: 'ultimate' }

describe('a config of an older shape', () => {
  test.each(commands.flatMap((command) => older.map((config) => ({ ...command, ...config }))))(
    'is sent to the platform in the current shape by the first line of $argv.0: $name',
    async ({ argv, shape }) => {
      const sandbox = pipedrive.open({ deals: 3 })
      const config = { ...shape(sandbox), ...rest }
      const { exitCode, messages, text } = await run([...argv, '--config', file(config)])
      expect(exitCode).toBe(0)
      expect(messages.filter(({ type }) => type === 'CONTROL')).toHaveLength(1)
      expect(messages[0]?.control?.connectorConfig.config).toEqual({
        credentials: { auth_type: 'api_token', api_token: sandbox.apiToken },
        ...rest,
      })
      expect(text.split('\n').slice(1).join('\n')).not.toContain(sandbox.apiToken)
    },
  )

  test('is not sent again once the platform has stored it', async () => {
    const sandbox = pipedrive.open()
    const first = await run(['check', '--config', file({ api_token: sandbox.apiToken })])
    const stored = first.messages[0]?.control?.connectorConfig.config
    const second = await run(['check', '--config', file(stored)])
    expect(second.messages.at(-1)?.connectionStatus?.status).toBe('SUCCEEDED')
    expect(second.messages.map(({ type }) => type)).not.toContain('CONTROL')
  })

  test('is never written into the config file', async () => {
    const config = JSON.stringify({ api_token: pipedrive.open().apiToken })
    const path = file(config)
    await run(['check', '--config', path])
    expect(readFileSync(path, 'utf8')).toBe(config)
  })

  test('is sent even if Pipedrive then refuses the token', async () => {
    pipedrive.open()
    const { messages } = await run(['check', '--config', file({ api_token: 'f00dfeed'.repeat(5) })])
    expect(messages.map(({ type }) => type)).toEqual(['CONTROL', 'CONNECTION_STATUS'])
  })

  test('is not written at a terminal, where it would only show the token', async () => {
    const { apiToken } = pipedrive.open()
    const { text, aside } = await runForText(['catalog', '--config', file({ api_token: apiToken })])
    expect(text).toContain('"deals"')
    expect(aside).toBe('')
  })

  test('is not sent if it is invalid, as the platform would store it', async () => {
    const { messages } = await run([
      'check',
      '--config',
      file({ api_token: 'f00dfeed'.repeat(5), plan: 'gold' }),
    ])
    expect(messages.map(({ type }) => type)).toEqual(['CONNECTION_STATUS'])
  })
})

describe('a config of the current shape', () => {
  test.each(commands)('is not sent by $argv.0', async ({ argv }) => {
    const config = file(configOf(pipedrive.open({ deals: 3 }), { replication_start_date: '' }))
    const { messages, exitCode } = await run([...argv, '--config', config])
    expect(exitCode).toBe(0)
    expect(messages.filter(({ type }) => type === 'CONTROL')).toEqual([])
  })
})
