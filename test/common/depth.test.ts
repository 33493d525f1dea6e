import { expect, test } from '@jest/globals'
import { isDeeperThan } from '../../src/common/depth.js'

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value }
  return value
}

test.each([
  { value: 1, levels: 0 },
  { value: null, levels: 0 },
  { value: [], levels: 1 },
  { value: [1, [{}], 'x'], levels: 3 },
  { value: { a: { b: null }, c: [] }, levels: 2 },
  { value: nested(100_000), levels: 100_000 },
])('a value with $levels levels is deeper than one less, and not deeper than that', ({ value, levels }) => {
  expect(isDeeperThan(levels, value)).toBe(false)
  expect(isDeeperThan(levels - 1, value)).toBe(levels > 0)
})
