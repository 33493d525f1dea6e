import { describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { configOf, file, read, run } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'

const pipedrive = pipedriveServer()

/** The response to users/me has these fields instead of the real ones; undefined leaves a field out. */
function answering(data: object | null): Sandbox {
  const sandbox = pipedrive.open({ deals: 3 })
  const rewrite = (body: { data: object }) => ({ ...body, data: data && { ...body.data, ...data } })
  sandbox.faults.inject({ path: '/v1/users/me', times: Infinity, fault: { kind: 'rewrite', rewrite } })
  return sandbox
}

const withoutAccount = [
  { name: 'without a company', data: { company_id: undefined }, missing: 'no company' },
  { name: 'with a company that is null', data: { company_id: null }, missing: 'no company' },
  { name: 'without a user', data: { id: undefined }, missing: 'no user' },
  { name: 'with a user that is text', data: { id: 'me' }, missing: 'no user' },
  { name: 'without data', data: null, missing: 'no user' },
]

describe('an answer of users/me', () => {
  test.each(withoutAccount)('$name is an error of check', async ({ data, missing }) => {
    const output = await run(['check', '--config', file(configOf(answering(data)))])
    expect(output.errors()).toMatchObject([
      {
        failure_type: 'transient_error',
        message: expect.stringContaining(
          `did not say whose account the token belongs to ("${missing} in the response"). Check base_url`,
        ),
      },
    ])
    expect(output.messages.some(({ connectionStatus }) => connectionStatus)).toBe(false)
    expect(output.exitCode).toBe(1)
  })

  test.each(withoutAccount)('$name ends a read before the first list', async ({ data }) => {
    const sandbox = answering(data)
    const output = await read(sandbox, { streams: ['users'] })
    expect(output.exitCode).toBe(1)
    expect(output.errors()).toHaveLength(1)
    expect(sandbox.ledger.entries).toHaveLength(1)
  })

  test('that lacks only names is enough', async () => {
    const sandbox = answering({ name: null, company_name: 7, company_domain: '' })
    const output = await run(['check', '--config', file(configOf(sandbox))])
    expect(output.messages.at(-1)?.connectionStatus).toEqual({ status: 'SUCCEEDED' })
    expect(output.logs()).toContain('Connected to unknown company as unknown user.')
  })

  test('of another company than the saved state ends the read, in one short line', async () => {
    const sandbox = pipedrive.open({ deals: 3 })
    const first = await read(sandbox, { streams: ['users'] })
    const other = { company_id: 1, company_name: 'Evil\n'.repeat(1000) }
    const rewrite = (body: { data: object }) => ({ ...body, data: { ...body.data, ...other } })
    sandbox.faults.inject({ path: '/v1/users/me', times: Infinity, fault: { kind: 'rewrite', rewrite } })
    const second = await read(sandbox, { streams: ['users'], state: first.stateFile() })
    expect(second.exitCode).toBe(1)
    expect(second.errors()[0]?.message).toMatch(
      /^The saved state belongs to another Pipedrive company.{1,700}$/,
    )
  })
})
