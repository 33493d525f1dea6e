import { describe, expect, test } from '@jest/globals'
import { rowBuilder } from '../../../src/pipedrive/lists/row.js'
import { ComparedChildren } from '../../../src/sync/state/compared-children.js'
import { Disappearances } from '../../../src/sync/state/disappearances.js'
import { KeySet } from '../../../src/sync/state/key-set.js'
import { Allowance } from '../../../src/sync/streams/allowance.js'
import { ChildRecords } from '../../../src/sync/streams/child-records.js'
import { ChildVerification } from '../../../src/sync/streams/child-verification.js'
import type { ChildReaderOptions } from '../../../src/sync/streams/child-reader-options.js'
import type { ChildSource } from '../../../src/sync/streams/children.js'
import { drained, emitterOf, NOW, specOf } from '../../support/scans.js'

const toChild = rowBuilder({ name: 'deal_products', primaryKey: ['id'], timeFields: [] })
const childrenOf = (family: Readonly<Record<number, number[]>>) =>
  Object.entries(family).flatMap(([parent, ids]) => ids.map((id) => toChild({ id, deal_id: Number(parent) })))

/** Each request is answered by the next of the families, the last one again and again. */
function verified(
  known: Readonly<Record<number, number[]>>,
  ...answers: Readonly<Record<number, number[]>>[]
) {
  const emitter = emitterOf(specOf({ name: 'deal_products' }))
  const compared = ComparedChildren.none(78_000, NOW - 48 * 3_600_000, 'admin')
  for (const { key, data } of childrenOf(known)) compared.roster.add(key, String(data.deal_id))
  const gone = Disappearances.none(1_000)
  const asked: string[][] = []
  const source: ChildSource = {
    most: 3,
    least: 3,
    async *children(refs) {
      await Promise.resolve()
      const of = refs.map(({ id }) => id)
      const family = answers[Math.min(asked.push(of), answers.length) - 1] ?? known
      const unreadable = of.filter((id) => !(id in family))
      for (const id of unreadable) yield { missing: id }
      const rows = childrenOf(family).filter(({ data }) => of.includes(String(data.deal_id)))
      yield { rows, of: of.filter((id) => !unreadable.includes(id)), isStated: true }
    },
  }
  const allowance = new Allowance({ share: 1, dailyTokens: () => 30_000, now: () => NOW })
  const options = {
    ...{ compared, gone, source, parentKey: 'deal_id', noticedAt: NOW, removesDeleted: false },
    ...{ settledBefore: NOW, isParentGone: () => false },
    terms: { allowance, isAtOnce: false, viewer: 'admin', seesAll: true, now: NOW },
  }
  const records = new ChildRecords(emitter, { verification: options } as unknown as ChildReaderOptions)
  const verification = new ChildVerification(emitter, records, options)
  const isGone = (ids: readonly number[]) => ids.filter((id) => gone.has(String(id)))
  return { compared, asked, verification, isGone, run: () => drained(verification.run()) }
}

describe('the walk over the children of all parents', () => {
  const known = { 1: [10], 2: [20], 3: [30], 4: [40] }
  const walkOf = (viewer: string) => ({ startedAt: NOW - 1_000, viewer, after: '3', missing: new KeySet() })

  test('goes on where the same owner of the token left off', async () => {
    const { compared, asked, run } = verified(known)
    compared.walked(walkOf('admin'))
    await run()
    expect(asked).toEqual([['4']])
  })

  test('starts over for another owner of the token', async () => {
    const { compared, asked, run } = verified(known)
    compared.walked(walkOf('another admin'))
    await run()
    expect(asked).toEqual([['1', '2', '3'], ['4']])
  })

  test('takes no child for missing that has moved to another parent meanwhile', async () => {
    const { compared, asked, isGone, run } = verified(known, { ...known, 1: [], 4: [10, 40] })
    await run()
    expect([asked, isGone([10]), compared.suspects.size]).toEqual([[['1', '2', '3'], ['4']], [], 0])
  })

  test('believes no parent that cannot be read when it is asked for once more', async () => {
    const { compared, asked, isGone, run } = verified(known, { ...known, 1: [] }, known, { 2: [20] })
    await run()
    expect([asked.at(-1), isGone([10]), compared.suspects.has('10')]).toEqual([['1', '2'], [], true])
  })
})

describe('a child that its parent lacks when that has changed', () => {
  const known = { 1: [10, 11], 2: [20] }

  test('is gone once the parent was asked for once more', async () => {
    const { verification, asked, isGone, run } = verified(known, { ...known, 1: [11] })
    verification.record({ rows: childrenOf({ 1: [11] }), of: ['1'] })
    await run()
    expect([asked[0], isGone([10, 11, 20])]).toEqual([['1', '2'], [10]])
  })

  test('is not asked for where another parent has it', async () => {
    const moved = { 1: [11], 2: [10, 20] }
    const { verification, asked, isGone, run } = verified(known, moved)
    verification.record({ rows: childrenOf({ 1: [11] }), of: ['1'] })
    verification.record({ rows: childrenOf({ 2: [10, 20] }), of: ['2'] })
    await run()
    // Only the walk.
    expect([asked, isGone([10])]).toEqual([[['1', '2']], []])
  })
})
