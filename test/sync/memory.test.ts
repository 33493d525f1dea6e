import { describe, expect, test } from '@jest/globals'
import { Memory } from '../../src/sync/memory.js'
import type { Row } from '../../src/sync/row.js'

const row = (key: string, time: number | null = 0, version = 'v1'): Row => ({ key, time, version, data: {} })
const memoryOf = (keys: string[] = [], room = 1_000) =>
  new Memory(new Map(keys.map((key) => [key, 'v1'])), room)
const keys = (memory: Memory) => [...memory.versions().keys()]

describe('a memory knows', () => {
  test.each([
    { name: 'a version that was saved', met: row('saved'), known: true },
    { name: 'a version that was sent', met: row('sent'), known: true },
    { name: 'no other version of the row', met: row('saved', 0, 'v2'), known: false },
    { name: 'no other row', met: row('other'), known: false },
  ])('$name', ({ met, known }) => {
    const memory = memoryOf(['saved'])
    memory.remember(row('sent'))
    expect(memory.knows(met)).toBe(known)
  })

  test('only the last version it was told', () => {
    const memory = memoryOf(['a'])
    memory.remember(row('a', 0, 'v2'))
    expect([memory.knows(row('a')), memory.knows(row('a', 0, 'v2'))]).toEqual([false, true])
  })

  test('whom it does not know without the version being worked out', () => {
    const unread = (): never => {
      throw new Error('The version was worked out.')
    }
    const stranger = Object.defineProperty({ key: 'b', time: 0, data: {} }, 'version', { get: unread }) as Row
    expect(memoryOf(['a']).knows(stranger)).toBe(false)
  })

  test('nothing when nothing was saved', () => {
    const memory = new Memory(undefined, 1_000)
    expect([memory.knows(row('a')), memory.versions().size]).toEqual([false, 0])
  })
})

describe('a memory forgets', () => {
  test('by time the rows it has met, not those of which it has no time', () => {
    const memory = memoryOf(['met', 'unmet'])
    memory.knows(row('met', 5))
    for (const [key, time] of [
      ['early', 5],
      ['late', 15],
      ['timeless', null],
    ] as const)
      memory.remember(row(key, time))
    memory.forget((time) => time < 10)
    expect(keys(memory)).toEqual(['unmet', 'late', 'timeless'])
  })

  test('rows that were not met when told so', () => {
    const memory = memoryOf(['met', 'timeless', 'gone'])
    memory.knows(row('met'))
    memory.knows(row('timeless', null))
    memory.remember(row('new'))
    memory.forgetUnmet()
    expect(keys(memory)).toEqual(['met', 'timeless', 'new'])
  })
})

describe('a memory has room', () => {
  // Ten characters and six around them: sixteen an entry.
  const filled = (count: number) => {
    const memory = memoryOf([], 48)
    for (let index = 0; index < count; index++) memory.remember(row(`row-000${index}`))
    return memory
  }

  test.each([
    { count: 3, overflows: false, kept: ['row-0000', 'row-0001', 'row-0002'] },
    { count: 4, overflows: true, kept: ['row-0001', 'row-0002', 'row-0003'] },
  ])('for the newest: $count', ({ count, overflows, kept }) => {
    const memory = filled(count)
    expect([memory.overflows, keys(memory)]).toEqual([overflows, kept])
  })

  test('in which a row that is sent again is new again', () => {
    const memory = filled(3)
    memory.remember(row('row-0000', 0, 'v2'))
    memory.remember(row('row-0003'))
    expect(keys(memory)).toEqual(['row-0002', 'row-0000', 'row-0003'])
  })

  test('only in what it saves: it knows the rest', () => {
    const memory = filled(4)
    memory.versions()
    expect(memory.knows(row('row-0000'))).toBe(true)
  })
})
