import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Sandbox, SandboxOptions, Switches } from '../../sandbox/sandbox.js'
import { makeAdmin } from '../support/admin.js'
import { read } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const DAY = 24 * HOUR

beforeEach(stopClock)

const LISTS = ['persons', 'deals', 'leads', 'notes', 'files'] as const
const idsOf = (output: Output, stream: string) => output.records(stream).map(({ id }) => id)
const first = (sandbox: Sandbox, stream: string) => sandbox.rows(stream)[0]?.id as number | string

/** A sync a day after another one, in between of which something happens. */
async function dayAfter(
  sandbox: Sandbox,
  streams: readonly string[],
  state: object[] | undefined,
  happen: () => void,
  config: object = {},
): Promise<Output> {
  happen()
  travel(DAY)
  return read(sandbox, { streams, config, ...(state && { state }) })
}

const open = (switches: Partial<Switches> = {}, options: SandboxOptions = {}) =>
  pipedrive.open({ deals: 40, epoch: Date.now() - DAY, switches, ...options })

describe('rows that the warehouse lacks, though nothing in them has changed,', () => {
  test.each(LISTS)(
    'are emitted a day later at the latest: rows of %s that became visible',
    async (stream) => {
      const sandbox = open()
      const id = first(sandbox, stream)
      sandbox.hide(stream, id)
      const before = await read(sandbox, { streams: [stream] })
      expect(idsOf(before, stream)).not.toContain(id)
      const after = await dayAfter(sandbox, [stream], before.stateFile(), () => {
        sandbox.reveal(stream, id)
      })
      expect(idsOf(after, stream)).toEqual([id])
      expect(after.logs('WARN')).toEqual([
        expect.stringMatching(`^${stream}: .* 1 record had not been read before`),
      ])
      const again = await dayAfter(sandbox, [stream], after.stateFile(), () => undefined)
      expect([again.recordCounts(), again.logs('WARN')]).toEqual([{}, []])
    },
  )

  test('are emitted with the next walk: rows that permissions had hidden', async () => {
    const sandbox = open()
    const id = first(sandbox, 'deals')
    makeAdmin(sandbox, false)
    sandbox.hide('deals', id)
    const before = await read(sandbox, { streams: ['deals'] })
    const after = await dayAfter(sandbox, ['deals'], before.stateFile(), () => {
      makeAdmin(sandbox, true)
      sandbox.reveal('deals', id)
    })
    expect(idsOf(after, 'deals')).toEqual([id])
    expect(after.logs('WARN').join()).toContain('1 record had not been read before')
  })

  test('are emitted with the next walk: a row that an unstable list had left out', async () => {
    const sandbox = open()
    let hidden: unknown
    const rewrite = (body: { data: { id: number }[] }) => {
      hidden = body.data[3]?.id
      return { ...body, data: body.data.filter(({ id }) => id !== hidden) }
    }
    sandbox.faults.inject({ path: '/api/v2/persons', fault: { kind: 'rewrite', rewrite } })
    const before = await read(sandbox, { streams: ['persons'] })
    expect(idsOf(before, 'persons')).not.toContain(hidden)
    const after = await dayAfter(sandbox, ['persons'], before.stateFile(), () => undefined)
    expect(idsOf(after, 'persons')).toEqual([hidden])
  })

  test('are not those of a merge: the survivor has changed, and the other person is deleted', async () => {
    const sandbox = open()
    const streams = ['persons', 'deletions']
    const before = await read(sandbox, { streams })
    const [from, into] = sandbox.rows('persons').map(({ id }) => id as number)
    const after = await dayAfter(sandbox, streams, before.stateFile(), () => {
      sandbox.mergePersons(from ?? 0, into ?? 0)
    })
    expect([idsOf(after, 'persons'), after.logs('WARN')]).toEqual([[into], []])
    expect(after.records('deletions')).toMatchObject([
      { stream: 'persons', id: String(from), reason: 'deleted' },
    ])
  })

  test('are not those before the start date', async () => {
    const sandbox = open()
    const times = sandbox.rows('persons').map(({ update_time }) => String(update_time))
    const middle = times.sort()[Math.floor(times.length / 2)] ?? ''
    const config = { replication_start_date: middle }
    const before = await read(sandbox, { streams: ['persons'], config })
    expect(before.records('persons').length).toBeLessThan(times.length)
    const after = await dayAfter(sandbox, ['persons'], before.stateFile(), () => undefined, config)
    expect(after.recordCounts()).toEqual({})
  })

  test('are unknown with a state of another connector: the first walk only learns the keys', async () => {
    const sandbox = open()
    const newest = sandbox
      .rows('persons')
      .map(({ update_time }) => String(update_time))
      .sort()
      .at(-1)
    const foreign = [
      {
        type: 'STREAM',
        stream: { stream_descriptor: { name: 'persons' }, stream_state: { update_time: newest } },
      },
    ]
    const hidden = sandbox.rows('persons').find(({ update_time }) => update_time !== newest)?.id as number
    sandbox.hide('persons', hidden)
    const before = await read(sandbox, { streams: ['persons'], state: foreign })
    expect(before.records('persons').length).toBeLessThan(5)
    expect(before.logs('WARN')).toEqual([])
    const after = await dayAfter(sandbox, ['persons'], before.stateFile(), () => {
      sandbox.reveal('persons', hidden)
    })
    expect(idsOf(after, 'persons')).toEqual([hidden])
  })
})

describe('the rolling walk', () => {
  const PAGES = { pageCap: 5 }

  test('spends no more tokens a day than the config allows, and goes on where it left off', async () => {
    // 2 % of 1,500 tokens are three pages of persons; there are more.
    const sandbox = open(PAGES, { dailyTokens: 1_500 })
    const pages = Math.ceil(sandbox.rows('persons').length / 5)
    expect(pages).toBeGreaterThan(3)
    let state = (await read(sandbox, { streams: ['persons'] })).stateFile()
    const perSync: number[] = []
    const positions: unknown[] = []
    for (const wait of [25 * HOUR, HOUR, 25 * HOUR]) {
      travel(wait)
      sandbox.ledger.clear()
      const output = await read(sandbox, { streams: ['persons'], state })
      state = output.stateFile()
      perSync.push((sandbox.ledger.byStream().persons?.requests ?? 0) - 1)
      positions.push(output.states('persons').at(-1)?.verification)
    }
    expect(perSync).toEqual([3, 0, Math.min(3, pages - 3)])
    expect(positions[0]).toMatchObject({ pages: 3 })
  })

  test('is left out with verification: 0', async () => {
    const sandbox = open()
    const before = await read(sandbox, { streams: ['persons'] })
    sandbox.ledger.clear()
    const config = { verification: 0 }
    await dayAfter(sandbox, ['persons'], before.stateFile(), () => undefined, config)
    // The second request looks for rows without a time.
    const { requests } = sandbox.ledger.byStream().persons ?? {}
    await dayAfter(sandbox, ['persons'], before.stateFile(), () => {
      sandbox.ledger.clear()
    })
    expect(sandbox.ledger.byStream().persons?.requests).toBe((requests ?? 0) + 1)
  })

  test('starts over where its position is refused', async () => {
    const sandbox = open({ ...PAGES, cursorLifetimeMs: HOUR }, { dailyTokens: 1_500 })
    let state = (await read(sandbox, { streams: ['persons'] })).stateFile()
    const last: unknown[] = []
    for (let day = 0; day < 2; day += 1) {
      travel(25 * HOUR)
      const output = await read(sandbox, { streams: ['persons'], state })
      state = output.stateFile()
      expect(output.errors()).toEqual([])
      last.push(output.states('persons').at(-1)?.verification)
    }
    expect(last[1]).toMatchObject({ pages: 3 })
  })

  test('does not keep a stream from completing when it fails', async () => {
    const sandbox = open()
    const before = await read(sandbox, { streams: ['persons'] })
    sandbox.onRequest(({ path, params }) => {
      if (!path.endsWith('/persons') || params.sort_by !== 'id') return
      sandbox.faults.inject({ path: '/persons', times: Infinity, fault: { kind: 'status', status: 403 } })
    })
    const after = await dayAfter(sandbox, ['persons'], before.stateFile(), () => undefined)
    expect([after.exitCode, after.errors(), after.statuses('persons').at(-1)]).toEqual([0, [], 'COMPLETE'])
    expect(after.logs('INFO').join()).toContain('the verification goes on in the next sync')
  })
})
