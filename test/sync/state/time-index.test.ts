import { describe, expect, test } from '@jest/globals'
import { TimeIndex } from '../../../src/sync/state/time-index.js'
import { drawing } from '../../support/random.js'

describe('an index of times', () => {
  const ids = Array.from({ length: 5_000 }, (_, id) => id)

  test.each([
    { name: 'ascending', timeOf: (id: number) => id },
    { name: 'descending', timeOf: (id: number) => -id },
    { name: 'all the same', timeOf: () => 7 },
    { name: 'in five slices side by side', timeOf: (id: number) => (id % 5) * 1_000_000 + id },
    { name: 'scattered, with ties', timeOf: (id: number) => (id * 7_919) % 997 },
  ])('gives up exactly the ids before a time when times are $name', ({ timeOf }) => {
    const index = new TimeIndex()
    const left = new Set(ids)
    for (const id of ids) index.add(timeOf(id), id)
    for (const id of ids.filter((id) => id % 3 === 0)) {
      index.delete(timeOf(id), id)
      left.delete(id)
    }
    const times = ids.map(timeOf).sort((a, b) => a - b)
    for (const at of [0, 1_000, 1_001, 2_500, 4_999]) {
      const from = times[at] ?? 0
      const expected = [...left].filter((id) => timeOf(id) < from)
      const taken = index.takeUnwanted((time) => time >= from)
      expect(taken.sort((a, b) => a - b)).toEqual(expected)
      for (const id of taken) left.delete(id)
    }
    expect(index.takeUnwanted(() => false)).toHaveLength(left.size)
    expect(index.takeUnwanted(() => false)).toEqual([])
  })

  test('takes no id twice and loses none, whatever is added, deleted and taken', () => {
    const { below } = drawing(11)
    const index = new TimeIndex()
    const model = new Map<number, number>()
    for (let step = 0; step < 30_000; step += 1) {
      const [id, time] = [below(6_000), below(500)]
      const known = model.get(id)
      if (known !== undefined) index.delete(known, id)
      if (step % 4 === 0) model.delete(id)
      else {
        model.set(id, time)
        index.add(time, id)
      }
      if (step % 500 !== 0) continue
      const [from, until] = [below(500), below(500)]
      for (const taken of index.takeUnwanted((at) => at < from || at >= until)) {
        const at = model.get(taken) ?? from - 1
        expect(at >= from && at < until).toBe(true)
        model.delete(taken)
      }
    }
    expect(index.takeUnwanted(() => false).sort((a, b) => a - b)).toEqual(
      [...model.keys()].sort((a, b) => a - b),
    )
  })

  test('takes nothing for an id that it does not have at that time', () => {
    const index = new TimeIndex()
    index.add(5, 1)
    index.delete(6, 1)
    index.delete(5, 2)
    index.delete(4, 1)
    expect(index.takeUnwanted(() => false)).toEqual([1])
  })
})
