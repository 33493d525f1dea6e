import { expect, test } from '@jest/globals'
import { acceptanceAccount, acceptanceConfig } from './acceptance.js'

const { run } = acceptanceAccount()
const STATUS = { succeed: 'SUCCEEDED', failed: 'FAILED' }

test.each(acceptanceConfig.acceptance_tests.connection?.tests ?? [])(
  'check with $config_path says once that it is to $status, and ends well',
  async ({ config_path, status = 'succeed' }) => {
    const output = await run('check', { config: config_path })
    const answers = output.messages.flatMap(({ connectionStatus }) => connectionStatus?.status ?? [])
    expect(answers).toEqual([STATUS[status]])
    expect(output.errors()).toEqual([])
    expect(output.exitCode).toBe(0)
  },
)

test('the connection tests expect both outcomes', () => {
  const asked = acceptanceConfig.acceptance_tests.connection?.tests.map(({ status }) => status)
  expect(asked).toEqual(['succeed', 'failed'])
})
