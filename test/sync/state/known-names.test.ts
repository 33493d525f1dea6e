import { describe, expect, test } from '@jest/globals'
import { ListFacts } from '../../../src/pipedrive/lists/list-facts.js'
import { KnownNames, namesIn } from '../../../src/sync/state/known-names.js'
import { NOW } from '../../support/scans.js'

const rows = (...ids: number[]) => ids.map((id) => ({ data: { id } }))

/** Of a list that was read at NOW and had these ids. */
function knownOf(...ids: number[]) {
  const facts = new ListFacts()
  const names = new KnownNames('id', facts, NOW)
  names.see(rows(...ids))
  return { names, facts }
}

describe('the names of settings', () => {
  test('are lacking when a row has one that the list did not have', () => {
    const { names } = knownOf(1, 2)
    names.notice('2')
    expect(names.isLacking).toBe(false)
    names.notice('3')
    expect(names.isLacking).toBe(true)
  })

  test('are complete when the list was read after the name was noticed, whether it had the name or not', () => {
    const { names } = knownOf(1)
    names.notice('2')
    names.notice('3')
    names.readingBegins()
    names.see(rows(1, 2))
    names.readingEnded(NOW + 1)
    expect(names.isLacking).toBe(false)
    names.notice('2')
    names.notice('3')
    expect(names.isLacking).toBe(false)
  })

  test('are lacking when a name was noticed while the list was read, and the list did not have it', () => {
    const { names } = knownOf(1)
    names.readingBegins()
    names.notice('2')
    names.see(rows(1))
    names.readingEnded(NOW + 1)
    expect(names.isLacking).toBe(true)
  })

  test('are not lacking by what was noticed before the last reading, in a run that ended before it', () => {
    const facts = new ListFacts()
    facts.learn('lacksNameOf', NOW - 1)
    expect(new KnownNames('id', facts, NOW).isLacking).toBe(false)
    facts.learn('lacksNameOf', NOW)
    expect(new KnownNames('id', facts, NOW).isLacking).toBe(true)
  })

  test('are not compared before the list was ever read', () => {
    const names = new KnownNames('id', new ListFacts(), undefined)
    names.notice('1')
    expect(names.isLacking).toBe(false)
  })

  test.each([
    { value: 7, names: ['7'] },
    { value: 'call', names: ['call'] },
    { value: [1, 'b'], names: ['1', 'b'] },
    { value: null, names: [] },
    { value: undefined, names: [] },
    { value: { id: 1 }, names: [] },
  ])('in $value are $names', ({ value, names }) => {
    expect(namesIn(value)).toEqual(names)
  })
})
