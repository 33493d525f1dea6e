import { describe, expect, test } from '@jest/globals'
import { everyFeature } from '../../sandbox/features.js'
import { streamOf } from '../../sandbox/registry.js'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { findStream } from '../../src/manifest/manifest.js'
import { read } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { perParentStreams } from '../support/streams.js'
import { inVirtualTime, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const DAY = 24 * HOUR

type Row = Readonly<Record<string, unknown>>

const company = () => pipedrive.open({ deals: 20, epoch: Date.now() - DAY, switches: everyFeature })

function parentsOf(stream: string): readonly string[] {
  const strategy = findStream(stream)?.strategy
  return strategy?.kind === 'children' ? strategy.of : []
}

/** The children that a sync has to emit: those of all parents that are not deleted. */
function truth(sandbox: Sandbox, stream: string): Row[] {
  const { parent } = streamOf(stream)
  const alive = new Set(parentsOf(stream).flatMap((list) => sandbox.rows(list).map(({ id }) => id)))
  return sandbox.rows(stream).filter((row) => parent !== undefined && alive.has(row[parent.field]))
}

function keysIn(output: Output, stream: string): string[] {
  const key = findStream(stream)?.primaryKey ?? []
  return output.records(stream).map((record) => key.map((field) => String(record[field])).join('/'))
}

const requestsOf = (sandbox: Sandbox, stream: string) => sandbox.ledger.byStream()[stream]?.requests ?? 0

describe('streams of single parents', () => {
  test('emit every row of the company once, under a key that is unique and the same in the next run', async () => {
    const sandbox = company()
    const mode = 'full_refresh'
    const first = await inVirtualTime(() => read(sandbox, { streams: perParentStreams, mode }))
    const second = await inVirtualTime(() => read(sandbox, { streams: perParentStreams, mode }))
    expect(first.errors()).toEqual([])
    for (const stream of perParentStreams) {
      const keys = keysIn(first, stream).sort()
      expect([stream, keys.length]).toEqual([stream, truth(sandbox, stream).length])
      expect([stream, keys.length > 0]).toEqual([stream, true])
      expect([stream, [...new Set(keys)]]).toEqual([stream, keys])
      expect([stream, keysIn(second, stream).sort()]).toEqual([stream, keys])
    }
  })

  test('emit nothing and send no request while nothing changes', async () => {
    const sandbox = company()
    const output = await inVirtualTime(async () => {
      const first = await read(sandbox, { streams: perParentStreams })
      travel(HOUR)
      sandbox.ledger.clear()
      return read(sandbox, { streams: perParentStreams, state: first.stateFile() })
    })
    expect([output.exitCode, output.recordCounts()]).toEqual([0, {}])
    for (const stream of perParentStreams)
      expect([stream, requestsOf(sandbox, stream)]).toEqual([stream, 0])
  })
})
