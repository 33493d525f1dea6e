import { expect, test } from '@jest/globals'
import { readBacklog } from '../../../src/sync/readers/backlog.js'
import type { Backlog } from '../../../src/sync/streams/subscription.js'
import { drained, NOW, rowsAgo, scanOf } from '../../support/scans.js'

/** Resolves when so many have come, as streams wait until most of their own parents are read. */
function meeting(of: number): () => Promise<void> {
  const waiting: (() => void)[] = []
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve)
      if (waiting.length === of) for (const go of waiting) go()
    })
}

test('Streams that wait for an allowance have their parents queued side by side.', async () => {
  const { scan } = scanOf({ rows: rowsAgo(60, 50, 40), positions: [{}, {}] })
  const [release, take] = [meeting(2), meeting(2)]
  let taken = 0
  const backlog: Backlog = {
    pending: [[0, null]],
    hasRead: false,
    isOver: false,
    release,
    take: async (rows) => {
      taken += rows.length
      await take()
    },
    leave: () => undefined,
  }
  for (const own of scan.subscriptions) Object.assign(own, { backlog })
  scan.expectUnits(0)
  await drained(readBacklog(scan, NOW))
  expect(taken).toBe(6)
})
