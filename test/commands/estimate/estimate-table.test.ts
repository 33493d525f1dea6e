import { expect, test } from '@jest/globals'
import { estimateTable } from '../../../src/commands/estimate/estimate-table.js'
import type { EstimateReport } from '../../../src/commands/estimate/report.js'

const exactly = (count: number) => ({ atLeast: count, atMost: count })
const report: EstimateReport = {
  company: 'A company with a rather long name',
  isFirstSync: true,
  requestsPerTwoSeconds: 1,
  account: { requests: 1, tokens: 2 },
  lists: [
    {
      stream: 'organizations',
      readFor: ['organization_relationships', 'organization_changelog'],
      rows: { atLeast: 10_000_001, atMost: 999_999_999 },
      requests: { atLeast: 20_000, atMost: 2_000_000 },
      tokens: { atLeast: 200_000, atMost: 20_000_000 },
      minutes: { atLeast: 1.5, atMost: 66 },
      tokensPerThousand: 20,
    },
  ],
  total: {
    requests: exactly(1),
    tokens: exactly(1),
    minutes: { atLeast: 0.001, atMost: 0.02 },
    unbounded: [],
  },
  spent: { requests: 1, tokens: 1 },
}

test.each([80, 100, 132])('an estimate fits a terminal of %d columns, whatever its numbers', (width) => {
  for (const line of estimateTable(report, width).split('\n')) expect(line.length).toBeLessThanOrEqual(width)
})

test('an estimate names units, has separators and correct plurals', () => {
  const text = estimateTable(report, 200)
  expect(text).toContain('at 1 request per 2 seconds.')
  expect(text).toContain('In total 1 request and 1 token, in < 1 s – 2 s.')
  expect(text).toContain('This estimate cost 1 request and 1 token.')
  expect(text).toContain('10,000,001 – 999,999,999')
  expect(text).toContain('90 s – 1 h 6 min')
})
