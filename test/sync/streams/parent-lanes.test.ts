import { expect, test } from '@jest/globals'
import { ParentLanes } from '../../../src/sync/streams/parent-lanes.js'

async function* parts(): AsyncGenerator<number> {
  yield await Promise.resolve(1)
}

test('A stream alone reads as many parents at once as use the rate limit, and others their share', async () => {
  const lanes = new ParentLanes(() => 48)
  expect(lanes.forBatch).toBe(48)
  const batches = Array.from({ length: 5 }, () => lanes.inBatch(parts()))
  for (const batch of batches.slice(0, 2)) await batch.next()
  expect(lanes.forBatch).toBe(16)
  for (const batch of batches.slice(2)) await batch.next()
  expect(lanes.forBatch).toBe(10)
  for (const batch of batches) await batch.return()
  expect(lanes.forBatch).toBe(48)
})

test('A stream reads at most 100 parents at once', () => {
  expect(new ParentLanes(() => 500).forBatch).toBe(100)
})
