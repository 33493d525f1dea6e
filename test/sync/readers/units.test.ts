import { describe, expect, test } from '@jest/globals'
import { planUnits, type Unit } from '../../../src/sync/readers/units.js'
import { KeySet } from '../../../src/sync/state/key-set.js'
import { Roster } from '../../../src/sync/state/roster.js'
import { RefusedRequest } from '../../support/array-server.js'
import { drained, LOOKBACK, MINUTE, NOW, rowsAgo, scanOf, type ScanOptions } from '../../support/scans.js'

const archiveOf = { stream: 'deals', includeWithLive: true, timeField: 'archive_time' }
const list = (name: string, fromMinutes: number, more: Partial<ScanOptions> = {}) =>
  scanOf({
    ...more,
    traits: { name, path: `/${name}`, ...more.traits },
    positions: more.positions ?? [{ pending: [[NOW - fromMinutes * MINUTE, null]] }],
  })
const named = (units: readonly Unit[]) => units.map(({ scan, kind }) => `${scan.stream.name}: ${kind}`)
const noUndated = (scans: readonly ReturnType<typeof list>[]) => {
  for (const { facts } of scans) facts.learn('undatedRows', 'none')
  return scans.map(({ scan }) => scan)
}

function completeRoster(size: number): Roster {
  const roster = Roster.unknown()
  for (let id = 1; id <= size; id += 1) roster.add(String(id))
  roster.markComplete()
  return roster
}

describe('the units of a run', () => {
  test('begin with short lists, and go on with the list that is least behind', () => {
    const settings = list('stages', 0, { traits: { strategy: { kind: 'full-scan' } } })
    const scans = noUndated([list('persons', 500), list('notes', 5), settings, list('deals', 50)])
    expect(named(planUnits(scans, NOW))).toEqual([
      'stages: settings',
      'notes: rows',
      'deals: rows',
      'persons: rows',
    ])
  })

  test('put what only a newcomer needs behind the rows of all lists, and the search for rows without a time behind it', () => {
    const deals = list('deals', 0, {
      positions: [{ pending: [[NOW - MINUTE, null]] }, { pending: [[0, null]] }],
    })
    const [, ...others] = noUndated([deals, list('persons', 500)])
    const units = planUnits([deals.scan, ...others], NOW)
    expect(named(units)).toEqual(['deals: rows', 'persons: rows', 'deals: backfill'])
    expect(named(planUnits([list('deals', 5).scan], NOW))).toEqual(['deals: rows', 'deals: undated'])
  })

  test.each([
    {
      name: 'read whole while its roster is incomplete',
      roster: Roster.unknown(),
      verifiedAt: undefined,
      units: ['deals_archived: rows', 'deals: rows', 'deals_archived: backfill'],
    },
    {
      name: 'read whole while it fits a page',
      roster: completeRoster(2),
      verifiedAt: NOW,
      units: ['deals_archived: rows', 'deals: rows', 'deals_archived: backfill'],
    },
    {
      name: 'read by time when it is larger',
      roster: completeRoster(9),
      verifiedAt: NOW,
      units: ['deals_archived: rows', 'deals: rows', 'deals_archived: rows'],
    },
    {
      name: 'verified last when that is due',
      roster: completeRoster(9),
      verifiedAt: NOW - 2_000 * MINUTE,
      units: ['deals_archived: rows', 'deals: rows', 'deals_archived: rows', 'deals_archived: verification'],
    },
  ])(
    'have an archive before its list, the rest of it behind that, and $name',
    ({ roster, verifiedAt, units }) => {
      const archive = list('deals_archived', 0, {
        traits: { archiveOf },
        positions: [{ pending: [[NOW - MINUTE, null]], roster, verifiedAt }],
      })
      const scans = noUndated([list('deals', 60), archive])
      expect(named(planUnits(scans, NOW))).toEqual(units)
    },
  )
})

describe('a first walk that an earlier run could not finish', () => {
  const startedAt = NOW - 90 * MINUTE
  test.each([
    {
      name: 'archive',
      traits: { name: 'deals_archived', archiveOf },
      position: {
        roster: Roster.unknown(),
        verification: { startedAt, pages: 1, seen: new KeySet(), position: { kind: 'cursor', cursor: 'a' } },
      },
    },
    {
      name: 'list newest first',
      traits: {
        name: 'files',
        api: 'v1',
        paging: 'offset',
        strategy: { kind: 'newest-first', time: ['update_time'] },
      },
      position: {
        resume: { startedAt, position: { kind: 'offset', start: 4, anchor: { key: '7', time: NOW } } },
      },
    },
  ] as const)('of an $name goes on behind what is newer', async ({ traits, position }) => {
    const { scan, subscription, server } = scanOf({
      traits,
      positions: [{ ...position, pending: [[0, null]] }],
      rows: rowsAgo(5, 95, 150, 200),
    })
    const [fresh, walk] = planUnits([scan], NOW)
    if (fresh?.kind !== 'rows') throw new Error('There is no unit for what is newer.')
    await drained(fresh.read())
    expect(server.requests).toHaveLength(1)
    const from = startedAt - LOOKBACK
    expect(subscription.cursor.pending).toEqual([
      [0, from],
      [NOW + 10 - LOOKBACK - ((NOW + 10 - LOOKBACK) % 1000), null],
    ])
    expect(walk?.scan).toBe(scan)
  })
})

describe('the list that rows are archived from', () => {
  const archiveTraits = { name: 'deals_archived', path: '/deals/archived', archiveOf }
  const pair = (pages: number, before?: ScanOptions['before']) => {
    const archive = scanOf({
      traits: archiveTraits,
      rows: rowsAgo(...Array.from({ length: pages * 4 }, (_, at) => 9_000 - at)),
      positions: [{ roster: Roster.unknown() }],
      ...(before && { before }),
    })
    const deals = scanOf({ rows: rowsAgo(50, 40) })
    const [head, live, rest] = planUnits(noUndated([deals, archive]), NOW)
    if (!head || !live || !rest) throw new Error('There are three units.')
    return { archive, deals, head, live, rest }
  }

  test('is read behind the first five pages of a long archive, and before the rest', async () => {
    const { archive, deals, head, live, rest } = pair(12)
    await drained(head.read())
    expect(archive.server.requests).toHaveLength(5)
    await drained(live.read())
    expect(deals.subscription.ids).toEqual([1, 2])
    await drained(rest.read())
    expect(archive.subscription.ids).toHaveLength(48)
    expect(archive.subscription.cursor.roster?.complete).toBe(true)
  })

  test('waits for those pages when both run side by side', async () => {
    const { archive, deals, head, live, rest } = pair(12)
    const order: string[] = []
    const watch = ({ subscription }: typeof deals, name: string) => {
      const consume = subscription.consume.bind(subscription)
      subscription.consume = (page) => {
        order.push(name)
        return consume(page)
      }
    }
    watch(archive, 'archive')
    watch(deals, 'deals')
    await Promise.all([live, rest, head].map((unit) => drained(unit.read())))
    expect(order.indexOf('deals')).toBeGreaterThanOrEqual(5)
  })

  test('is read after a short archive', async () => {
    const { archive, deals, head, live, rest } = pair(2)
    await Promise.all(
      [live, rest]
        .map((unit) => drained(unit.read()))
        .concat(
          drained(head.read()).finally(() => {
            archive.scan.unitEnded()
          }),
        ),
    )
    expect([archive.subscription.ids.length, deals.subscription.ids]).toEqual([8, [1, 2]])
  })

  test('does not wait for an archive that fails', async () => {
    const { archive, deals, head, live, rest } = pair(2, () => {
      throw new RefusedRequest('server')
    })
    const failing = drained(head.read()).finally(() => {
      archive.scan.unitEnded()
    })
    await expect(failing).rejects.toThrow('server')
    await drained(live.read())
    await drained(rest.read())
    expect(deals.subscription.ids).toEqual([1, 2])
  })
})
