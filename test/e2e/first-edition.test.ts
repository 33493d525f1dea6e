import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, jest, test } from '@jest/globals'
import type { Row, Sandbox, SeedRecord, Switches } from '../../sandbox/sandbox.js'
import { read } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const FOLDER = join(import.meta.dirname, '../fixtures/first-edition')
const HOUR = 3_600_000
const STREAMS = ['deals', 'deals_archived', 'deal_products', 'leads', 'leads_archived', 'files', 'users']
const LEAD = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** See test/fixtures/first-edition/README.md. */
interface Fixture {
  at: string
  rows: SeedRecord[]
  states: object[]
  /** By stream: key → update time. */
  emitted: Record<string, Record<string, string | null>>
}

function load(name: string): Fixture {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Fixture
}

/** The company of the fixture, an hour after its states were written. */
function reopen({ at, rows }: Fixture, switches: Partial<Switches> = {}): Sandbox {
  jest.setSystemTime(Date.parse(at) + HOUR)
  return pipedrive.open({ records: rows, switches: { pageCap: 4, ...switches } })
}

const timeOf = (row: Row) => (row.update_time ?? row.modified ?? null) as string | null
const sorted = (keys: Iterable<unknown>) => [...keys].map(String).sort()
const idsOf = (output: Output, stream: string) => sorted(output.records(stream).map(({ id }) => id))

/** Rows of which the first edition had not emitted the version that they have now. */
function unread({ emitted }: Fixture, sandbox: Sandbox, stream: string): string[] {
  const zoned = (time: string | null) => time?.replace(/^([\d-]+) ([\d:]+)$/, '$1T$2Z') ?? null
  const rows = sandbox.rows(stream).filter((row) => emitted[stream]?.[String(row.id)] !== zoned(timeOf(row)))
  return sorted(rows.map(({ id }) => id))
}

/** What happens while the new version is being installed. */
function change(sandbox: Sandbox): void {
  for (const [stream, id] of [
    ['deals', 1],
    ['files', 3],
    ['leads', LEAD(1)],
    ['users', 11000002],
  ] as const) {
    sandbox.edit(stream, id, { title: 'Edited', name: 'Edited' })
  }
  sandbox.edit('deal_products', 121, { quantity: 9 })
  sandbox.create('deals', { title: 'New' })
  sandbox.archive('deals', 7)
  sandbox.archive('leads', LEAD(2))
}

/**
 * A walk that is resumed overlaps by a row; positions of the first edition do not say which version of it was read.
 * What changed shortly before that walk began is read again, too: the first edition looked back for a shorter time.
 */
const OVERLAP: Record<string, Record<string, string[]>> = {
  'cut-off': { files: ['6', '9', '10', '11', '12'] },
}
/** The same after an edit that moved all rows by one place. */
const SHIFTED: Record<string, Record<string, string[]>> = {
  'cut-off': { files: ['6', '7', '10', '11', '12'] },
}

/** A row that was archived is emitted by both of its streams; of a deal that changed, all line items are read. */
const ALONG: Record<string, string[]> = {
  deal_products: ['122'],
  deals: ['7'],
  deals_archived: ['7'],
  leads: [LEAD(2)],
  leads_archived: [LEAD(2)],
}

function expectArchived(output: Output): void {
  for (const [stream, ids] of Object.entries(ALONG)) {
    if (stream === 'deal_products') continue
    const rows = output.records(stream).filter(({ id }) => ids.includes(String(id)))
    expect(rows.map(({ id, is_archived }) => [String(id), is_archived])).toEqual(ids.map((id) => [id, true]))
  }
}

describe.each(['complete', 'cut-off'])('states of a sync of the first edition that was %s', (name) => {
  test('continue without changes: what they have not read is emitted, and nothing else', async () => {
    await inVirtualTime(async () => {
      const fixture = load(name)
      const sandbox = reopen(fixture)
      const output = await read(sandbox, { streams: STREAMS, state: fixture.states })
      expect(output.errors()).toEqual([])
      for (const stream of STREAMS) {
        const ids = sorted([...unread(fixture, sandbox, stream), ...(OVERLAP[name]?.[stream] ?? [])])
        expect({ stream, ids: idsOf(output, stream) }).toEqual({ stream, ids })
      }
      travel(HOUR)
      const next = await read(sandbox, { streams: STREAMS, state: output.stateFile() })
      expect(next.recordCounts()).toEqual({})
    })
  })

  test.each([true, false])(
    'continue with changes in between: these are emitted, and nothing else (archiving moves the update time: %s)',
    async (archivingMovesUpdateTime) => {
      await inVirtualTime(async () => {
        const fixture = load(name)
        const sandbox = reopen(fixture, { archivingMovesUpdateTime })
        change(sandbox)
        const first = await read(sandbox, { streams: STREAMS, state: fixture.states })
        // What is edited behind a walk that is resumed comes with the next one.
        const second = await read(sandbox, { streams: STREAMS, state: first.stateFile() })
        expect([...first.errors(), ...second.errors()]).toEqual([])
        for (const stream of STREAMS) {
          const emitted = sorted([...idsOf(first, stream), ...idsOf(second, stream)])
          const ids = [...unread(fixture, sandbox, stream), ...(ALONG[stream] ?? [])]
          const all = [...ids, ...(SHIFTED[name]?.[stream] ?? [])]
          expect({ stream, ids: emitted }).toEqual({ stream, ids: sorted(new Set(all)) })
        }
        expectArchived(first)
      })
    },
  )
})
