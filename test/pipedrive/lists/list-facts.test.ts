import { describe, expect, test } from '@jest/globals'
import {
  ListFacts,
  type FactName,
  type FactValue,
  type SavedFacts,
} from '../../../src/pipedrive/lists/list-facts.js'

const DAY_MS = 24 * 60 * 60_000
const START = Date.UTC(2026, 4, 15, 10)

function clockedFacts(saved?: SavedFacts) {
  const clock = { now: START }
  return { facts: new ListFacts(saved, () => clock.now), clock }
}

describe('a fact', () => {
  test.each<{ name: FactName; value: FactValue; days: number }>([
    { name: 'optionalIncludeRefused', value: true, days: 7 },
    { name: 'tieBreakRefused', value: true, days: 30 },
    { name: 'tieBreakHonoured', value: true, days: 30 },
    { name: 'cursorTies', value: 'kept', days: 30 },
    { name: 'pageSize', value: 250, days: 1 },
    { name: 'undatedRows', value: 'none', days: 7 },
    { name: 'marksEnd', value: true, days: 3 },
    { name: 'wasEmpty', value: true, days: 90 },
    { name: 'emptySince', value: 1_780_000_000_000, days: 30 },
    { name: 'undatedRows', value: 'both', days: 30 },
    { name: 'archivingMovesTime', value: { moved: 3, unmoved: 0 }, days: 90 },
    { name: 'featureMissing', value: true, days: 1 },
  ])('$name ($value) is known for $days days, across a saved state', ({ name, value, days }) => {
    const { facts } = clockedFacts()
    facts.learn(name, value)
    const saved = JSON.parse(JSON.stringify(facts)) as SavedFacts
    expect(saved).toEqual({ [name]: { value, at: '2026-05-15T10:00:00Z' } })
    const { facts: read, clock } = clockedFacts(saved)
    clock.now = START + days * DAY_MS - 1
    expect(read.get(name)).toEqual(value)
    clock.now = START + days * DAY_MS
    expect(read.get(name)).toBeUndefined()
    expect(read.toJSON()).toEqual({})
  })

  test('that is unknown is undefined', () => {
    expect(new ListFacts().get('pageSize')).toBeUndefined()
  })

  test('that is learned again renews its date only after a tenth of its lifetime', () => {
    const { facts, clock } = clockedFacts()
    facts.learn('optionalIncludeRefused', true)
    clock.now = START + 0.7 * DAY_MS
    facts.learn('optionalIncludeRefused', true)
    expect([facts.changes, facts.toJSON().optionalIncludeRefused?.at]).toEqual([1, '2026-05-15T10:00:00Z'])
    clock.now += 1000
    facts.learn('optionalIncludeRefused', true)
    expect([facts.changes, facts.toJSON().optionalIncludeRefused?.at]).toEqual([2, '2026-05-16T02:48:01Z'])
  })

  test('that changes is a change at once, and so is one that is forgotten', () => {
    const { facts } = clockedFacts()
    facts.learn('archivingMovesTime', { moved: 1, unmoved: 0 })
    facts.learn('archivingMovesTime', { moved: 1, unmoved: 0 })
    facts.learn('archivingMovesTime', { moved: 2, unmoved: 0 })
    facts.forget('archivingMovesTime')
    facts.forget('archivingMovesTime')
    expect([facts.changes, facts.get('archivingMovesTime')]).toEqual([3, undefined])
  })

  test('from the far future has expired: a wrong clock does not keep it', () => {
    const { facts } = clockedFacts({ pageSize: { value: 5, at: '2031-01-01T00:00:00Z' } })
    expect(facts.get('pageSize')).toBeUndefined()
  })

  test.each<[string, unknown]>([
    ['unknownFact', { value: true, at: '2026-05-15T10:00:00Z' }],
    ['toString', { value: true, at: '2026-05-15T10:00:00Z' }],
    ['pageSize', { value: 0, at: '2026-05-15T10:00:00Z' }],
    ['pageSize', { value: '5', at: '2026-05-15T10:00:00Z' }],
    ['pageSize', { value: 5 }],
    ['pageSize', { value: 5, at: 'yesterday' }],
    ['cursorTies', { value: 'perhaps', at: '2026-05-15T10:00:00Z' }],
    ['archivingMovesTime', { value: { moved: -1, unmoved: 0 }, at: '2026-05-15T10:00:00Z' }],
    ['tieBreakRefused', { value: false, at: '2026-05-15T10:00:00Z' }],
    ['featureMissing', null],
  ])('of a saved state that is not one is dropped: %s %j', (name, saved) => {
    const { facts } = clockedFacts({ [name]: saved } as SavedFacts)
    expect([facts.toJSON(), facts.changes]).toEqual([{}, 0])
  })
})
