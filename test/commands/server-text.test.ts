import { describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { configOf, file, run, runForText } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'

const pipedrive = pipedriveServer()

/** Would clear a terminal, fake a second line of output, and turn the direction of the text. */
const HOSTILE = '\u001b[2J\u009b31mEvil\r\n{"type":"LOG"}\u202e'
const LONG = 'x'.repeat(100_000)
// eslint-disable-next-line no-control-regex -- these characters are what must not be there
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/

function renamed(name: string): Sandbox {
  const sandbox = pipedrive.open({ deals: 3 })
  const rewrite = (body: object) => {
    const { data } = body as { data: object }
    return { ...body, data: { ...data, name, company_name: name } }
  }
  sandbox.faults.inject({ path: '/v1/users/me', times: Infinity, fault: { kind: 'rewrite', rewrite } })
  return sandbox
}

function refusing(error: string): Sandbox {
  const sandbox = pipedrive.open({ deals: 3 })
  const fault = { kind: 'status', status: 400, body: { success: false, error } } as const
  sandbox.faults.inject({ path: '/v1/users', times: Infinity, fault })
  return sandbox
}

describe('the names of a company and a user are one short line', () => {
  test.each([['check'], ['read', '--stream', 'users']])('in the log of %s', async (...argv) => {
    for (const name of [HOSTILE, LONG]) {
      const output = await run([...argv, '--config', file(configOf(renamed(name)))])
      expect(output.exitCode).toBe(0)
      expect(output.logs().join('')).not.toMatch(CONTROLS)
      expect(Math.max(...output.logs().map((line) => line.length))).toBeLessThan(700)
    }
  })

  test.each([[], ['--json']])('in what estimate prints %s', async (...flags) => {
    for (const name of [HOSTILE, LONG]) {
      const config = file(configOf(renamed(name)))
      const { text, exitCode } = await runForText([
        'estimate',
        '--stream',
        'users',
        '--config',
        config,
        ...flags,
      ])
      expect(exitCode).toBe(0)
      expect(text).not.toMatch(CONTROLS)
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(500)
    }
  })
})

test.each([
  { name: 'hostile', error: HOSTILE },
  { name: 'long', error: LONG },
])('a $name reason in a response is one short line in every field of an error', async ({ error }) => {
  const output = await run(['read', '--stream', 'users', '--config', file(configOf(refusing(error)))])
  const [trace] = output.errors()
  expect(trace?.failure_type).toBe('system_error')
  const { message, internal_message: internal = '', stack_trace: stack = '' } = trace ?? {}
  for (const text of [message, internal, ...stack.split('\n')]) {
    expect(text).not.toMatch(CONTROLS)
    expect(text?.length).toBeLessThan(500)
  }
  expect(stack.split('\n').length).toBeLessThanOrEqual(20)
})
