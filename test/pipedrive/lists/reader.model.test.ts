import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ListFacts } from '../../../src/pipedrive/lists/list-facts.js'
import type { ListQuery } from '../../../src/pipedrive/lists/list-query.js'
import type { List } from '../../../src/pipedrive/lists/list.js'
import { PagingError } from '../../../src/pipedrive/lists/paging-error.js'
import { parsePosition, type Position } from '../../../src/pipedrive/lists/position.js'
import { PageReader } from '../../../src/pipedrive/lists/reader.js'
import { ArrayServer, RefusedRequest, type ArrayRow, type Switches } from '../../support/array-server.js'
import { fuzzed } from '../../support/fuzz.js'

const EPOCH = Date.UTC(2026, 5, 1, 12)
const timeText = (seconds: number) => new Date(EPOCH + seconds * 1000).toISOString().replace('.000Z', 'Z')
/** Edits move rows here. */
const LATER = 1_000_000

const listOf = (api: 'v1' | 'v2', pageSize: number): List => ({
  name: 'rows',
  api,
  path: '/rows',
  paging: api === 'v1' ? 'offset' : 'cursor',
  pageSize,
  params: {},
  include: [],
  optionalInclude: [],
  cost: 1,
  primaryKey: ['id'],
  timeFields: ['update_time'],
})

interface Change {
  /** How far down the list, from 0 to 1. */
  at: number
  kind: 'edit' | 'delete'
  rows: number
}

interface Scenario {
  /** Seconds between each row and the one before it. */
  gaps: number[]
  pageSize: number
  switches: Partial<Switches>
  /** One entry per request. */
  changes: (Change | null)[]
  timeouts: readonly number[]
}

const change = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  kind: fc.constantFrom('edit' as const, 'delete' as const),
  rows: fc.integer({ min: 1, max: 6 }),
})

/** Many rows per second, as imports leave them. */
const gaps = fc.array(
  fc.oneof(
    { arbitrary: fc.constant(0), weight: 6 },
    { arbitrary: fc.integer({ min: 1, max: 3 }), weight: 2 },
    { arbitrary: fc.constant(60), weight: 1 },
  ),
  { maxLength: 80 },
)

function scenarioOf(switches: fc.Arbitrary<Partial<Switches>>, pageSize = fc.integer({ min: 3, max: 12 })) {
  return fc.record({
    gaps,
    pageSize,
    switches,
    changes: fc.array(fc.option(change, { freq: 3 }), { maxLength: 25 }),
    timeouts: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }),
  })
}

function rowsWith(gapsBetween: readonly number[]): ArrayRow[] {
  let seconds = 0
  return gapsBetween.map((gap, index) => {
    seconds += gap
    return { id: index + 1, update_time: timeText(seconds) }
  })
}

function serverOf({ gaps: between, switches, changes, timeouts }: Scenario) {
  let [edits, id] = [0, 0]
  const rows = rowsWith(between)
  /** Edited while a second was compared: that may be after the last page, so that the next sync reads them. */
  const late = new Set<number>()
  const server = new ArrayServer(
    rows,
    switches,
    (request, sent) => {
      const turn = changes[request - 1]
      for (let count = 0; turn && count < turn.rows && rows.length > 0; count += 1) {
        const place = Math.floor(turn.at * rows.length)
        id = rows[place]?.id ?? 0
        if (sent.params.sort_by === 'id') late.add(id)
        if (turn.kind === 'delete') rows.splice(place, 1)
        else rows.splice(place, 1, { id, update_time: timeText(LATER + (edits += 1)) })
      }
      if (timeouts.includes(request)) throw new RefusedRequest('timeout')
    },
    2_000,
  )
  return { server, rows, late }
}

/** The ids read, and whether the reader gave up; stops and resumes after some pages. */
async function read(scenario: Scenario, api: 'v1' | 'v2', query: ListQuery, stopsAfter = Infinity) {
  const { server, rows, late } = serverOf(scenario)
  const [list, facts, seen] = [listOf(api, scenario.pageSize), new ListFacts(), new Set<number>()]
  let from: Position | undefined
  try {
    for (let lives = 0; lives < 2; lives += 1) {
      let pages = 0
      for await (const page of new PageReader(server.request, list, facts).pages(query, from)) {
        for (const { data } of page.rows) seen.add(Number(data.id))
        pages += 1
        from = parsePosition(JSON.parse(JSON.stringify(page.next ?? null)))
        if (lives === 0 && pages >= stopsAfter) break
      }
      if (!from) break
    }
    return { seen, rows: rows.filter(({ id }) => !late.has(id)), gaveUp: false }
  } catch (error) {
    const isAnnounced = error instanceof PagingError || error instanceof RefusedRequest
    if (!isAnnounced) throw error
    return { seen, rows, gaveUp: true }
  }
}

const missingOf = ({ seen, rows }: { seen: ReadonlySet<number>; rows: readonly ArrayRow[] }) =>
  rows.filter(({ id }) => !seen.has(id)).map(({ id }) => id)

const byTime: ListQuery = { since: EPOCH, order: 'oldest-first', mayBeEmpty: false }
const newestFirst: ListQuery = { order: 'newest-first', mayBeEmpty: false }
const byId: ListQuery = { order: 'by-id', mayBeEmpty: false }
const markers = fc.constantFrom('all' as const, 'none' as const, 'without-end' as const)
const clamp = fc.constantFrom(Infinity, Infinity, 4)
/** Two in a row are believed where the server has no markers. */
const empty = fc.integer({ min: 1, max: 20 }).map((request) => [request, request + 8])
const RUNS = fuzzed(60)

describe('reading a list that changes', () => {
  const stableV1 = fc.record({
    markers,
    clamp,
    empty,
    exclusive: fc.boolean(),
    volatile: fc.boolean(),
    tieBreak: fc.constantFrom(
      'honoured' as const,
      'second-ignored' as const,
      'refused' as const,
      'ignored' as const,
    ),
  })

  test('by seeking (v1) loses no row, or fails', async () => {
    const property = fc.asyncProperty(scenarioOf(stableV1), async (scenario) => {
      const result = await read(scenario, 'v1', byTime)
      expect(result.gaveUp ? [] : missingOf(result)).toEqual([])
    })
    await fc.assert(property, RUNS)
  })

  test('by seeking (v1) loses no row, or fails, when ties come in another order each time', async () => {
    const unstable = stableV1.map((switches) => ({ ...switches, unstableTies: true, clamp: Infinity }))
    const scenario = scenarioOf(unstable, fc.integer({ min: 12, max: 24 }))
    const property = fc.asyncProperty(scenario, async (drawn) => {
      const result = await read({ ...drawn, timeouts: [] }, 'v1', byTime)
      expect(result.gaveUp ? [] : missingOf(result)).toEqual([])
    })
    await fc.assert(property, RUNS)
  })

  test('by offset (v1) loses no row that stays as it is, or fails, when ties come in another order', async () => {
    const unstable = stableV1.map((switches) => ({ ...switches, unstableTies: true, clamp: Infinity }))
    const scenario = scenarioOf(unstable, fc.integer({ min: 12, max: 24 }))
    const stopsAfter = fc.integer({ min: 1, max: 8 })
    const property = fc.asyncProperty(scenario, stopsAfter, async (drawn, stops) => {
      const result = await read({ ...drawn, timeouts: [] }, 'v1', newestFirst, stops)
      const unchanged = result.rows.filter(({ update_time: time }) => time < timeText(LATER))
      expect(result.gaveUp ? [] : missingOf({ ...result, rows: unchanged })).toEqual([])
    })
    await fc.assert(property, RUNS)
  })

  test.each([
    { name: 'newest first', query: newestFirst },
    { name: 'by id', query: byId },
  ])('by offset (v1), $name, loses no row that stays as it is, or fails', async ({ query }) => {
    const property = fc.asyncProperty(
      scenarioOf(stableV1),
      fc.integer({ min: 1, max: 8 }),
      async (drawn, stopsAfter) => {
        const scenario = { ...drawn, switches: { ...drawn.switches, tieBreak: 'honoured' as const } }
        const result = await read(scenario, 'v1', query, stopsAfter)
        const unchanged = result.rows.filter(({ update_time: time }) => time < timeText(LATER))
        expect(result.gaveUp ? [] : missingOf({ ...result, rows: unchanged })).toEqual([])
      },
    )
    await fc.assert(property, RUNS)
  })

  test('by cursor (v2) loses no row, or fails', async () => {
    const switches = fc.record({
      markers: fc.constantFrom('all' as const, 'without-end' as const),
      clamp,
      empty,
      exclusive: fc.boolean(),
      volatile: fc.boolean(),
      cursorTies: fc.constantFrom('kept' as const, 'skipped' as const),
      until: fc.boolean(),
    })
    const property = fc.asyncProperty(
      scenarioOf(switches),
      fc.integer({ min: 1, max: 8 }),
      async (scenario, stopsAfter) => {
        const result = await read(scenario, 'v2', byTime, stopsAfter)
        expect(result.gaveUp ? [] : missingOf(result)).toEqual([])
      },
    )
    await fc.assert(property, RUNS)
  })

  test('whose server keeps to the documents never fails', async () => {
    const documented = fc.record({ exclusive: fc.boolean(), volatile: fc.boolean(), clamp })
    const property = fc.asyncProperty(
      scenarioOf(documented),
      fc.constantFrom('v1' as const, 'v2' as const),
      fc.constantFrom(byTime, newestFirst, byId),
      async (drawn, api, query) => {
        const scenario = { ...drawn, timeouts: [], changes: drawn.changes.slice(0, 3) }
        const result = await read(scenario, api, query)
        expect(result.gaveUp).toBe(false)
      },
    )
    await fc.assert(property, RUNS)
  })
})
