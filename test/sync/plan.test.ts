import { describe, expect, test } from '@jest/globals'
import type { ConfiguredStream } from '../../src/airbyte/catalog.js'
import { manifest } from '../../src/manifest/manifest.js'
import { planSync, type PlanOptions, type SyncPlan } from '../../src/sync/plan.js'
import { listsOfStream } from '../../src/sync/subscriptions.js'
import { drained, LOOKBACK, NOW } from '../support/scans.js'
import { sync } from '../../src/sync/sync.js'
import type { Client } from '../../src/pipedrive/client.js'

const DAY = 24 * 3_600_000
const iso = (time: number) => new Date(time).toISOString()
const admin = { user: 1, admin: true }

const configured = (...names: string[]): ConfiguredStream[] =>
  names.map((name) => ({ name, syncMode: 'incremental', properties: {} }))

function planned(
  streams: readonly ConfiguredStream[],
  states: Record<string, object> = {},
  more: Partial<PlanOptions> = {},
): SyncPlan {
  return planSync(streams, {
    request: () => Promise.reject(new Error('A plan costs no request.')),
    account: {
      userName: 'Ada',
      companyId: 7,
      companyName: 'Company',
      tokenOwner: admin,
      serverTime: NOW,
      isServerTimeCredible: true,
    },
    manifest,
    states: new Map(Object.entries(states) as [string, Record<string, unknown>][]),
    startDate: undefined,
    startDates: {},
    lookbackMs: LOOKBACK,
    customFields: 'columns',
    customFieldsBackfill: false,
    ...more,
  })
}

const lists = ({ units }: SyncPlan) => [...new Set(units.map(({ scan }) => scan.stream.name))].sort()
const partsOf = (plan: SyncPlan, stream: string) =>
  plan.streams
    .find(({ emitter }) => emitter.stream.name === stream)
    ?.subscriptions.map(({ list, role }) => `${list}: ${role}`)
const cursorOf = (plan: SyncPlan, stream: string, list = stream) =>
  plan.streams
    .find(({ emitter }) => emitter.stream.name === stream)
    ?.subscriptions.find((part) => part.list === list)?.cursor

describe('the lists of a stream', () => {
  const of = (name: string, mode: 'incremental' | 'full_refresh', ...selected: string[]) => {
    const stream = manifest.find((one) => one.name === name)
    if (!stream) throw new Error(name)
    return listsOfStream(stream, mode, configured(name, ...selected), manifest).map(
      ({ list, role }) => `${list.name}: ${role}`,
    )
  }

  test.each([
    { name: 'persons', selected: [], parts: ['persons: own'] },
    { name: 'deals', selected: [], parts: ['deals: own', 'deals_archived: twin'] },
    { name: 'deals_archived', selected: [], parts: ['deals_archived: own'] },
    { name: 'deals_archived', selected: ['deals'], parts: ['deals_archived: own', 'deals: twin'] },
    { name: 'leads', selected: [], parts: ['leads: own'] },
    { name: 'leads', selected: ['leads_archived'], parts: ['leads: own', 'leads_archived: twin'] },
    { name: 'deal_products', selected: [], parts: ['deals: parents', 'deals_archived: parents'] },
  ])('$name, selected with $selected, are $parts', ({ name, selected, parts }) => {
    expect(of(name, 'incremental', ...selected)).toEqual(parts)
  })

  test.each([
    { name: 'deals', parts: ['deals: own'] },
    { name: 'deals_archived', parts: ['deals_archived: own'] },
    { name: 'deal_products', parts: ['deals: parents', 'deals_archived: parents'] },
  ])('$name in a full refresh are $parts: there is no earlier record to correct', ({ name, parts }) => {
    expect(of(name, 'full_refresh', 'deals', 'deals_archived')).toEqual(parts)
  })
})

describe('a plan', () => {
  test('reads each list once for all streams that need it', () => {
    const plan = planned(configured('deals', 'deals_archived', 'deal_products'))
    expect(lists(plan)).toEqual(['deals', 'deals_archived'])
    const scans = new Set(plan.units.map(({ scan }) => scan))
    expect([...scans].map(({ subscriptions }) => subscriptions.length)).toEqual([3, 3])
    expect(partsOf(plan, 'deals')).toEqual(['deals: own', 'deals_archived: twin'])
  })

  test('starts at the start date of the list, else at that of all lists', () => {
    const plan = planned(
      configured('deals', 'persons'),
      {},
      { startDate: NOW - 9 * DAY, startDates: { persons: NOW - 3 * DAY } },
    )
    expect([cursorOf(plan, 'deals')?.oldest, cursorOf(plan, 'persons')?.oldest]).toEqual([
      NOW - 9 * DAY,
      NOW - 3 * DAY,
    ])
  })

  test('follows archives from now on, and a day earlier where the server’s time cannot be trusted', () => {
    const oldest = (isServerTimeCredible: boolean) => {
      const account = {
        userName: 'Ada',
        companyId: 7,
        companyName: 'Company',
        tokenOwner: admin,
        serverTime: NOW,
        isServerTimeCredible,
      }
      return cursorOf(planned(configured('deals'), {}, { account }), 'deals', 'deals_archived')?.oldest
    }
    expect([oldest(true), oldest(false)]).toEqual([NOW - LOOKBACK, NOW - LOOKBACK - DAY])
  })

  test('follows an archive that a state does not know from the cursor of the stream on', () => {
    const plan = planned(configured('deals'), { deals: { update_time: iso(NOW - 5 * DAY) } })
    expect(cursorOf(plan, 'deals', 'deals_archived')?.oldest).toBe(NOW - 5 * DAY)
  })

  test('keeps a roster for lists that are read by time, and for their archives', () => {
    const plan = planned(configured('deals', 'persons', 'leads'))
    const rosters = (stream: string, list?: string) => cursorOf(plan, stream, list)?.roster !== undefined
    expect([
      rosters('deals'),
      rosters('deals', 'deals_archived'),
      rosters('persons'),
      rosters('leads'),
    ]).toEqual([true, true, true, true])
  })
})

describe('a stream that is not read', () => {
  test('is one that the connector does not have', () => {
    const { unavailable, streams } = planned(configured('magic', 'persons'))
    expect(unavailable).toMatchObject([{ name: 'magic', error: { failureType: 'config_error' } }])
    expect(streams.map(({ emitter }) => emitter.stream.name)).toEqual(['persons'])
  })

  test('is one whose state is not understood; the others are read', () => {
    const { unavailable, streams } = planned(configured('deals', 'persons'), {
      deals: { pending: 'everything' },
    })
    expect(unavailable).toMatchObject([
      { name: 'deals', error: { message: expect.stringContaining('not in a form') } },
    ])
    expect(streams).toHaveLength(1)
  })

  test('is one whose cursor lies in the future; it returns its state with a warning', async () => {
    const state = { update_time: iso(NOW + DAY) }
    const plan = planned(configured('deals', 'persons'), { deals: state, persons: { update_time: iso(NOW) } })
    expect(plan.futureCursors).toMatchObject([{ state, cursor: NOW + DAY }])
    expect(lists(plan)).toEqual(['persons'])
    const client = {
      onRateLimited: () => () => undefined,
      concurrency: 1,
      usage: { of: () => ({ requests: 0, tokens: 0 }) },
    }
    const alone = planned(configured('deals'), { deals: state })
    const said = await drained(
      sync(alone, {
        client: client as unknown as Client,
        signal: new AbortController().signal,
        onIncomplete: () => undefined,
      }),
    )
    expect(JSON.stringify(said)).toMatch(/lies in the future.*"STATE".*COMPLETE/)
  })

  test('is one whose feature the account lacked less than a day ago', () => {
    const facts = { deal_installments: { featureMissing: { value: true, at: iso(Date.now() - 3_600_000) } } }
    const state = { _changed_at: '1970-01-01T00:00:00Z', facts }
    expect(lists(planned(configured('deal_installments'), { deal_installments: state }))).toEqual([])
    const old = {
      ...state,
      facts: { deal_installments: { featureMissing: { value: true, at: iso(Date.now() - 2 * DAY) } } },
    }
    expect(lists(planned(configured('deal_installments'), { deal_installments: old }))).toEqual([
      'deals',
      'deals_archived',
    ])
  })
})

describe('a state', () => {
  const of = (more: object) => ({ persons: { update_time: iso(NOW - DAY), ...more } })

  test('of another company is an error: nothing is read', () => {
    expect(() => planned(configured('persons'), of({ company: 8 }))).toThrow('another Pipedrive company')
    expect(planned(configured('persons'), of({ company: 7 })).units.length).toBeGreaterThan(0)
  })

  test.each([
    { name: 'a user who is an admin now', before: { user: 1, admin: false }, now: admin, wider: true },
    { name: 'another user', before: { user: 2, admin: false }, now: { user: 1, admin: false }, wider: true },
    {
      name: 'the same user',
      before: { user: 1, admin: false },
      now: { user: 1, admin: false },
      wider: false,
    },
    { name: 'an admin', before: { user: 2, admin: true }, now: admin, wider: false },
    {
      name: 'an admin, where the token is now a user’s',
      before: { user: 1, admin: true },
      now: { user: 1, admin: false },
      wider: false,
    },
  ])('of $name: rows may have become visible: $wider', ({ before, now, wider }) => {
    const account = {
      userName: 'Ada',
      companyId: 7,
      companyName: 'Company',
      tokenOwner: now,
      serverTime: NOW,
      isServerTimeCredible: true,
    }
    const { widerVisibility } = planned(configured('persons'), of({ token_owner: before }), { account })
    expect(widerVisibility).toEqual(wider ? ['persons'] : [])
  })

  test('shares what it knows of a list with the other streams of the list', () => {
    const fact = (at: number, value: string) => ({
      facts: { deals: { undatedRows: { value, at: iso(at) } } },
    })
    const states = {
      deals: { update_time: iso(NOW - DAY), ...fact(Date.now() - 3_600_000, 'first') },
      deal_products: { update_time: iso(NOW - DAY), ...fact(Date.now() - 60_000, 'none') },
    }
    expect(planned(configured('deals', 'deal_products'), states).facts.of('deals').get('undatedRows')).toBe(
      'none',
    )
  })
})
