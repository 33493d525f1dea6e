import { describe, expect, test } from '@jest/globals'
import type { Row, Sandbox, Switches } from '../../sandbox/sandbox.js'
import { read } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { drawing, type Draw } from '../support/random.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime, travel } from '../support/time.js'
import { withZones } from '../support/times.js'

/*
 * Seen to fail with, in src/sync: scan.ts, no lookback; read-spans.ts, `safe` always Infinity; consumer.ts, a key sent
 * twice a run, or every row of a page remembered; memory.ts, versions not compared; list-parts.ts, no `archived` or no
 * `restored` part; read-archive.ts, no search for what left the archive.
 */
const pipedrive = pipedriveServer()

/** 38 companies of eight syncs and more. MODEL_SEED=number repeats one run of them. */
const COMPANIES = 38
const SYNCS = 8
const FIRST_SEED = Number(process.env.MODEL_SEED ?? Date.now() % 1_000_000)

const STREAMS = [
  'deals',
  'deals_archived',
  'deal_products',
  'persons',
  'activities',
  'products',
  'leads',
  'leads_archived',
  'notes',
  'files',
  'stages',
  'currencies',
]
const EDITED = [
  'deals',
  'persons',
  'activities',
  'products',
  'leads',
  'notes',
  'files',
  'stages',
  'currencies',
] as const
const VANISHING = ['persons', 'activities', 'notes', 'files'] as const
const MINUTE = 60_000
const LOOKBACK = 2 * MINUTE

function drawSwitches({ pick, below }: Draw): Partial<Switches> {
  return {
    archivingMovesUpdateTime: pick([true, false]),
    visibleAfterMs: pick([0, 0, below(100_000)]),
    vanishedIdFailsBatch: pick([true, false]),
    nullTimesUnderSince: pick(['excluded', 'included']),
    nullsSort: pick(['first', 'last']),
    v1PageMarkers: pick(['full', 'more-without-next_start', 'next_start-without-more']),
    emptyV1Lists: pick(['null', 'array']),
    pageCap: pick([4, 7, 500]),
    limitAboveMax: pick(['clamp', 'reject']),
    marketingFields: pick(['available', 'rejected']),
    dateHeader: pick(['present', 'present', 'absent', 30_000, -30_000]),
    dailyHeaders: pick(['present', 'absent']),
  }
}

/**
 * One thing that happens in the company, if it can. Rows that were archived while a sync ran are `leaving`: if that
 * moves no time and they are restored before the next sync succeeds, nothing tells of them (docs/streams.md); so they
 * stay.
 */
function happen(
  sandbox: Sandbox,
  { pick, below, random }: Draw,
  leaving: Set<unknown>,
  inSync: boolean,
): void {
  const row = (stream: string): Row | undefined => sandbox.rows(stream)[below(sandbox.rows(stream).length)]
  const event = random()
  if (event < 0.45) {
    const stream = pick(EDITED)
    const one = row(stream)
    const text = `Edited ${below(1e6)}`
    if (one)
      sandbox.edit(
        stream,
        one.id as number,
        stream === 'notes' ? { content: text } : { name: text, title: text },
      )
  } else if (event < 0.6)
    sandbox.create(pick(['deals', 'persons', 'activities', 'leads', 'notes', 'files']), {})
  else if (event < 0.7) {
    const stream = pick(VANISHING)
    const one = row(stream)
    if (one) sandbox.remove(stream, one.id as number)
  } else if (event < 0.75) {
    const deal = row('deals')
    if (deal) sandbox.remove('deals', deal.id as number)
  } else if (event < 0.85) {
    const stream = pick(['deals', 'leads'] as const)
    const one = row(stream)
    if (one) {
      sandbox.archive(stream, one.id as number)
      if (inSync) leaving.add(one.id)
    }
  } else if (event < 0.93) {
    const stream = pick(['deals', 'leads'] as const)
    const one = row(`${stream}_archived`)
    if (one && !leaving.has(one.id)) sandbox.restore(stream, one.id as number)
  } else {
    const item = row('deal_products')
    if (item) sandbox.edit('deal_products', item.id as number, { quantity: below(100) })
  }
}

type Tables = Map<string, Map<string, Record<string, unknown>>>

/** What a warehouse that merges by key holds. */
function load(tables: Tables, output: Output): void {
  for (const stream of STREAMS) {
    const table = tables.get(stream) ?? new Map<string, Record<string, unknown>>()
    tables.set(stream, table)
    const keys = output.records(stream).map(({ id }) => String(id))
    // One run sends a key once.
    expect([stream, new Set(keys).size]).toEqual([stream, keys.length])
    for (const record of output.records(stream)) table.set(String(record.id), record)
  }
}

interface StateEntry {
  stream: { stream_descriptor: { name: string } }
}

async function live(seed: number): Promise<void> {
  const draw = drawing(seed)
  const sandbox = pipedrive.open({ seed, deals: 24, nullTimes: draw.below(3), switches: drawSwitches(draw) })
  const tables: Tables = new Map()
  let state = new Map<string, StateEntry>()
  let busy = true
  const leaving = new Set<unknown>()
  sandbox.onRequest(() => {
    if (busy && draw.random() < 0.2) happen(sandbox, draw, leaving, true)
    if (busy && draw.random() < 0.2) travel(draw.below(3000))
  })
  const sync = async (mayBeKilled: boolean) => {
    const left = [...leaving]
    const whole = await read(sandbox, { streams: STREAMS, state: [...state.values()] })
    expect(whole.errors()).toEqual([])
    const killed = mayBeKilled && draw.random() < 0.35
    const output = killed ? whole.cutAfter(1 + draw.below(whole.text.split('\n').length)) : whole
    load(tables, output)
    for (const entry of output.stateFile() as StateEntry[])
      state.set(entry.stream.stream_descriptor.name, entry)
    state = new Map(state)
    if (!killed) for (const id of left) leaving.delete(id)
  }
  for (let at = 0; at < SYNCS; at += 1) {
    await sync(true)
    for (let changes = draw.below(6); changes > 0; changes -= 1) {
      happen(sandbox, draw, leaving, false)
      if (draw.random() < 0.5) travel(draw.below(2 * MINUTE))
    }
    travel(draw.below(5) * draw.below(5) * MINUTE)
  }
  // "After that sync and the next": what happens is over, and shows.
  busy = false
  await sync(false)
  travel(LOOKBACK + MINUTE)
  await sync(false)
  expectTruth(sandbox, tables)
}

function expectTruth(sandbox: Sandbox, tables: Tables): void {
  for (const stream of STREAMS) {
    const alive = new Set([...sandbox.rows('deals'), ...sandbox.rows('deals_archived')].map(({ id }) => id))
    const rows = sandbox.rows(stream, { deleted: true })
    const truth = stream === 'deal_products' ? rows.filter(({ deal_id }) => alive.has(deal_id)) : rows
    for (const row of truth) {
      expect([stream, tables.get(stream)?.get(String(row.id))]).toEqual([
        stream,
        expect.objectContaining(withZones(row) as object),
      ])
    }
  }
  for (const stream of ['deals', 'leads']) {
    const archived = new Set(
      sandbox.rows(`${stream}_archived`, { deleted: true }).map(({ id }) => String(id)),
    )
    for (const [key, record] of tables.get(stream) ?? []) {
      if (archived.has(key)) expect([stream, key, record.is_archived]).toEqual([stream, key, true])
    }
    const open = new Set(sandbox.rows(stream).map(({ id }) => String(id)))
    for (const [key, record] of tables.get(`${stream}_archived`) ?? []) {
      if (open.has(key))
        expect([`${stream}_archived`, key, record.is_archived]).toEqual([`${stream}_archived`, key, false])
    }
  }
}

describe('whatever happens in a company, and whenever the process is killed', () => {
  test.each(Array.from({ length: COMPANIES }, (_, at) => FIRST_SEED + at))(
    'the warehouse is right after the next two syncs (MODEL_SEED=%d)',
    async (seed) => {
      await inVirtualTime(() => live(seed))
    },
  )
})
