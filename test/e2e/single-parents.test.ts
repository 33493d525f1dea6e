import { describe, expect, test } from '@jest/globals'
import { everyFeature } from '../../sandbox/features.js'
import { streamOf, streams as sandboxStreams } from '../../sandbox/registry.js'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { findStream } from '../../src/manifest/manifest.js'
import { read } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { oauthConfig } from '../support/oauth.js'
import { pipedriveServer } from '../support/sandbox.js'
import { perParentStreams } from '../support/streams.js'
import { inVirtualTime, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const DAY = 24 * HOUR

type Row = Readonly<Record<string, unknown>>

const company = () => pipedrive.open({ deals: 12, epoch: Date.now() - DAY, switches: everyFeature })

/** Rows of the others are worked out: the sandbox has none. */
const served = perParentStreams.filter((stream) => sandboxStreams.has(stream))

/** The list of the parents, and the list that they are archived into. */
function parentsOf(stream: string): readonly string[] {
  const { table } = streamOf(streamOf(stream).parent?.stream ?? stream)
  const lists = [...sandboxStreams.values()].filter((other) => other.table === table)
  return lists.map(({ name }) => name)
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
    const first = await inVirtualTime(() => read(sandbox, { streams: served, mode }))
    const second = await inVirtualTime(() => read(sandbox, { streams: served, mode }))
    expect(first.errors()).toEqual([])
    for (const stream of served) {
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
    for (const stream of perParentStreams) expect([stream, requestsOf(sandbox, stream)]).toEqual([stream, 0])
  })

  test('request only the children of parents that changed, archived ones too', async () => {
    const sandbox = company()
    // Which user follows whom shows nowhere in a list of users: only those of new users are read.
    const streams = served.filter((name) => name !== 'user_followers')
    const changed = new Map<string, Set<string>>()
    await inVirtualTime(async () => {
      const first = await read(sandbox, { streams })
      travel(HOUR)
      for (const list of new Set(streams.flatMap(parentsOf))) {
        const [parent] = sandbox.rows(list)
        sandbox.edit(list, parent?.id as string | number, changeOf())
        for (const stream of streams.filter((name) => parentsOf(name).includes(list)))
          changed.set(stream, (changed.get(stream) ?? new Set()).add(String(parent?.id)))
      }
      sandbox.ledger.clear()
      return read(sandbox, { streams, state: first.stateFile() })
    })
    for (const stream of streams) {
      const requested = sandbox.ledger.entries.filter((entry) => entry.stream === stream).map(parentIn)
      expect([stream, requested.sort()]).toEqual([stream, [...(changed.get(stream) ?? [])].sort()])
    }
  })

  test('of a list that is selected too do not read it twice, and emit none of it where it is not', async () => {
    const streams = ['deal_followers', 'deal_changelog']
    const requestsFor = async (selected: readonly string[]) => {
      const sandbox = company()
      const output = await inVirtualTime(() => read(sandbox, { streams: selected }))
      const counts = [requestsOf(sandbox, 'deals'), requestsOf(sandbox, 'deals_archived')]
      return { counts, emitted: Object.keys(output.recordCounts()).sort() }
    }
    const deals = ['deals', 'deals_archived']
    const alone = await requestsFor(streams)
    const together = await requestsFor([...deals, ...streams])
    expect(alone.emitted).toEqual(['deal_changelog', 'deal_followers'])
    expect(together.emitted).toEqual(['deal_changelog', 'deal_followers', ...deals])
    expect(together.counts).toEqual((await requestsFor(deals)).counts)
    expect(alone.counts).toEqual(together.counts)
  })

  test.each([403, 404, 410] as const)(
    'skip a parent that is refused with %i, and all parents of an archive',
    async (status) => {
      const sandbox = pipedrive.open({ deals: 200 })
      const archived = sandbox.rows('deals_archived').map(({ id }) => id as number)
      const [refused] = sandbox.rows('deal_followers').map(({ deal_id }) => deal_id as number)
      const gone = [...archived, refused ?? 0]
      sandbox.switches.goneParents = { ids: gone, status }
      const output = await inVirtualTime(() => read(sandbox, { streams: ['deal_followers'] }))
      const expected = truth(sandbox, 'deal_followers').filter(
        ({ deal_id }) => !gone.includes(deal_id as number),
      )
      expect(archived.length).toBeGreaterThanOrEqual(3)
      expect([output.exitCode, output.errors()]).toEqual([0, []])
      expect(output.records('deal_followers').length).toBe(expected.length)
      expect(output.logs('INFO')).toContainEqual(
        expect.stringContaining(`deal_followers: parent ${refused} is gone`),
      )
    },
  )

  test.each([
    { changedBefore: 'long', ms: HOUR, requests: 0 },
    { changedBefore: 'within the lookback', ms: 60_000, requests: 1 },
  ])(
    'believe a parent that counts no children if it changed $changedBefore before the sync',
    async ({ ms, requests }) => {
      const sandbox = pipedrive.open({ records: [], switches: everyFeature })
      sandbox.create('deals', { title: 'Without followers', followers_count: 0 })
      await inVirtualTime(() => {
        travel(ms)
        return read(sandbox, { streams: ['deal_followers'] })
      })
      expect(requestsOf(sandbox, 'deal_followers')).toBe(requests)
    },
  )

  test('that come newest first are read until the rows of the last sync, a page of 500 at a time', async () => {
    const sandbox = pipedrive.open({ records: [] })
    const deal = sandbox.create('deals', { title: 'Busy' }).id as number
    const edits = (count: number, title: string) => {
      for (let at = 0; at < count; at += 1) sandbox.edit('deals', deal, { title: `${title} ${at}` })
    }
    edits(1200, 'Before')
    const first = await inVirtualTime(() => {
      travel(HOUR)
      return read(sandbox, { streams: ['deal_changelog'] })
    })
    expect([first.recordCounts(), requestsOf(sandbox, 'deal_changelog')]).toEqual([
      { deal_changelog: 1200 },
      3,
    ])
    const second = await inVirtualTime(() => {
      travel(HOUR)
      edits(2, 'After')
      sandbox.ledger.clear()
      return read(sandbox, { streams: ['deal_changelog'], state: first.stateFile() })
    })
    expect(requestsOf(sandbox, 'deal_changelog')).toBe(1)
    expect(second.records().map(({ new_value, sequence }) => [new_value, sequence])).toEqual([
      ['After 0', 1],
      ['After 1', 2],
    ])
  })
})

/** A change that no stream may leave out: the parent counts children, and has new mail. */
function changeOf(): Row {
  const counts = { followers_count: 1, participants_count: 1, email_messages_count: 1 }
  const last_incoming_mail_time = new Date().toISOString()
  return { title: 'Changed', name: 'Changed', ...counts, last_incoming_mail_time }
}

/** The parent whose children a request is for. */
function parentIn({ path, params }: { path: string; params: Readonly<Record<string, string>> }): string {
  return params.board_id ?? params.org_id ?? path.replace(/.*\/v\d(\/mailbox)?/, '').split('/')[2] ?? ''
}

describe('an account that lacks a feature', () => {
  test('gets empty streams of its single parents, each COMPLETE with one warning', async () => {
    const streams = ['project_phases', 'project_changelog']
    const output = await inVirtualTime(() => read(pipedrive.open(), { streams: ['deals', ...streams] }))
    expect([output.exitCode, output.errors()]).toEqual([0, []])
    for (const stream of streams) {
      expect(output.records(stream)).toEqual([])
      expect(output.statuses(stream).at(-1)).toBe('COMPLETE')
      expect(output.logs('WARN').filter((text) => text.startsWith(`${stream} `))).toEqual([
        `${stream} stays empty: the Pipedrive account does not have projects.`,
      ])
    }
  })
})

describe('a token that lacks a scope', () => {
  test.each([
    { stream: 'deal_changelog', granted: ['deals:read'], needed: 'recents:read' },
    { stream: 'deal_changelog', granted: ['recents:read'], needed: 'deals:read or deals:full' },
  ])(
    'fails $stream with a message that names $needed, and no other stream',
    async ({ stream, granted, needed }) => {
      const sandbox = pipedrive.open({ deals: 5, oauth: { scopes: ['base', ...granted] } })
      const config = oauthConfig(sandbox)
      const output = await inVirtualTime(() => read(sandbox, { streams: ['currencies', stream], config }))
      expect(output.statuses(stream).at(-1)).toBe('INCOMPLETE')
      expect(output.statuses('currencies').at(-1)).toBe('COMPLETE')
      expect(output.errors()).toMatchObject([
        {
          stream_descriptor: { name: stream },
          message: expect.stringContaining(`the scope ${needed} to the app`),
        },
      ])
    },
  )
})
