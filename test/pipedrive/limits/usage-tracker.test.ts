import { expect, test } from '@jest/globals'
import { UsageTracker } from '../../../src/pipedrive/limits/usage-tracker.js'

test('a new usage tracker has no requests and no tokens', () => {
  const usage = new UsageTracker()
  expect(usage.total()).toEqual({ requests: 0, tokens: 0 })
  expect(usage.of('deals')).toEqual({ requests: 0, tokens: 0 })
})

test('requests and tokens are counted by label and in total', () => {
  const usage = new UsageTracker()
  usage.record('deals', 10)
  usage.record('notes', 20)
  usage.record('deals', 10)
  expect(usage.of('deals')).toEqual({ requests: 2, tokens: 20 })
  expect(usage.of('notes')).toEqual({ requests: 1, tokens: 20 })
  expect(usage.of('users')).toEqual({ requests: 0, tokens: 0 })
  expect(usage.total()).toEqual({ requests: 3, tokens: 40 })
})

test('a usage that was returned does not change with later requests', () => {
  const usage = new UsageTracker()
  usage.record('deals', 10)
  const returned = usage.of('deals')
  usage.record('deals', 10)
  expect(returned).toEqual({ requests: 1, tokens: 10 })
})
