import { expect } from '@jest/globals'
import type { Row, Sandbox } from '../../../sandbox/sandbox.js'
import type { Output } from '../../support/output.js'
import { withZones } from '../../support/times.js'

type Table = Map<string, Row>

/** What a destination that merges by key holds. */
export class Warehouse {
  private readonly tables = new Map<string, Table>()

  load(output: Output): void {
    for (const [stream, records] of recordsByStream(output)) {
      const table = this.table(stream)
      const keys = records.map(({ id }) => String(id))
      // One run emits a key once.
      expect({ stream, keys: keys.length }).toEqual({ stream, keys: new Set(keys).size })
      for (const record of records) table.set(String(record.id), record)
    }
  }

  /** Every row is there in its newest version, and says rightly whether it is archived. */
  expectTruth(sandbox: Sandbox, streams: readonly string[]): void {
    for (const stream of streams) {
      for (const row of truthOf(stream, sandbox)) {
        const found = this.table(stream).get(String(row.id))
        expect({ stream, row: found }).toEqual({
          stream,
          row: expect.objectContaining(comparable(row, sandbox)),
        })
      }
    }
    this.expectFlags(sandbox, streams)
  }

  /** A row that moved to the other list is no longer shown as it was. */
  private expectFlags(sandbox: Sandbox, streams: readonly string[]): void {
    for (const name of ['deals', 'leads']) {
      const twins = [
        { stream: name, other: `${name}_archived` },
        { stream: `${name}_archived`, other: name },
      ]
      for (const { stream, other } of twins.filter(({ stream: own }) => streams.includes(own))) {
        const wrong = sandbox
          .rows(other, { deleted: true })
          .filter(({ id, is_archived }) => {
            const known = this.table(stream).get(String(id))
            return known !== undefined && known.is_archived !== is_archived
          })
          .map(({ id }) => id)
        expect({ stream, wrong }).toEqual({ stream, wrong: [] })
      }
    }
  }

  private table(stream: string): Table {
    const table = this.tables.get(stream) ?? new Map<string, Row>()
    this.tables.set(stream, table)
    return table
  }
}

function recordsByStream({ messages }: Output): Map<string, Row[]> {
  const records = new Map<string, Row[]>()
  for (const { record } of messages) {
    if (!record) continue
    const known = records.get(record.stream)
    if (known) known.push(record.data)
    else records.set(record.stream, [record.data])
  }
  return records
}

/** Rows that the API can return; of deleted deals and of those that it refuses, no children. */
function truthOf(stream: string, sandbox: Sandbox): readonly Row[] {
  const rows = sandbox.rows(stream, { deleted: true })
  if (stream !== 'deal_products') return rows
  const gone = new Set(sandbox.switches.goneParents.ids.map(String))
  const alive = new Set([...sandbox.rows('deals'), ...sandbox.rows('deals_archived')].map(({ id }) => id))
  return rows.filter(({ deal_id }) => alive.has(deal_id) && !gone.has(String(deal_id)))
}

/** Dates that were never set come in several forms; which of them a record holds is not the model's question. */
function isUnset(value: unknown): boolean {
  return typeof value === 'string' && (value === '' || value.startsWith('0000-00-00'))
}

/** Without what differs per response, and without what changes and moves no time (docs/streams.md). */
function comparable(row: Row, { switches }: Sandbox): Row {
  const { volatileValues, archivingMovesUpdateTime } = switches
  const left = [
    ...(volatileValues ? ['url', 'icon_url'] : []),
    ...(archivingMovesUpdateTime ? [] : ['archive_time']),
  ]
  const entries = Object.entries(withZones(row) as Row)
  return Object.fromEntries(entries.filter(([name, value]) => !left.includes(name) && !isUnset(value)))
}
