import { describe, expect, test } from '@jest/globals'
import { ListFacts, type FactValues } from '../../../src/pipedrive/lists/list-facts.js'
import { endsFound, endsToRead, readUndated } from '../../../src/sync/readers/undated.js'
import { drained, rowsAgo, scanOf, specOf } from '../../support/scans.js'

type Ends = FactValues['undatedRows']
const factsWith = (value?: Ends) => {
  const facts = new ListFacts()
  if (value !== undefined) facts.learn('undatedRows', value)
  return facts
}

describe('the ends at which rows without a time are looked for', () => {
  test.each<{ known?: Ends; ends: string[] }>([
    { ends: ['last', 'first'] },
    { known: 'both', ends: ['last', 'first'] },
    { known: 'first', ends: ['first'] },
    { known: 'last', ends: ['last'] },
    { known: 'none', ends: [] },
  ])('are $ends where the fact is $known', ({ known, ends }) => {
    expect(endsToRead({ facts: factsWith(known), stream: specOf() })).toEqual(ends)
  })

  test.each([
    {
      name: 'that is read whole',
      traits: { strategy: { kind: 'full-scan', time: ['update_time'] } } as const,
    },
    { name: 'without times', traits: { strategy: { kind: 'full-scan' } } as const },
  ])('are none for a list $name', ({ traits }) => {
    expect(endsToRead({ facts: factsWith(), stream: specOf(traits) })).toEqual([])
  })

  test.each([
    { found: [], ends: 'none' },
    { found: ['last'], ends: 'last' },
    { found: ['first', 'last'], ends: 'both' },
  ] as const)('that were found, $found, are known as $ends', ({ found, ends }) => {
    expect(endsFound(found)).toBe(ends)
  })
})

describe('rows without a time', () => {
  const minutes = [60, 50, 40, 30, 20, 15, 12, 11, 10, 9]

  test.each([
    { undated: 'first', count: 2 },
    { undated: 'last', count: 2 },
    // More than a page.
    { undated: 'first', count: 6 },
    { undated: 'last', count: 6 },
  ] as const)(
    'are found where they sort $undated ($count rows), and nothing else is',
    async ({ undated, count }) => {
      const rows = rowsAgo(...minutes, ...Array<null>(count).fill(null))
      const { scan, facts, subscription } = scanOf({ rows, switches: { undated } })
      await drained(readUndated(scan))
      expect([...subscription.ids].sort((a, b) => a - b)).toEqual(
        rows.slice(minutes.length).map(({ id }) => id),
      )
      expect(facts.get('undatedRows')).toBe(undated)
    },
  )

  test('are known to be missing afterwards, at the cost of a page at each end', async () => {
    const { scan, facts, server, subscription } = scanOf({ rows: rowsAgo(...minutes) })
    await drained(readUndated(scan))
    expect([subscription.ids, facts.get('undatedRows'), server.requests.length]).toEqual([[], 'none', 2])
  })

  test('of a list of one page are found with one request', async () => {
    const { scan, server, subscription } = scanOf({
      rows: rowsAgo(5, null, 3),
      switches: { undated: 'last' },
    })
    await drained(readUndated(scan))
    expect([subscription.ids, server.requests.length]).toEqual([[2], 1])
  })

  test('are not known to be missing where an empty response does not say that the list is', async () => {
    const { scan, facts } = scanOf({ rows: [], switches: { markers: 'none' } })
    await drained(readUndated(scan))
    expect(facts.get('undatedRows')).toBeUndefined()
  })
})
