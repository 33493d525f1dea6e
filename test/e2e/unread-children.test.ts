import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Row, Sandbox, SandboxOptions, Switches } from '../../sandbox/sandbox.js'
import { Connection } from '../support/connection.js'
import { configOf, file, runForText } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime, stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const DAY = 25 * HOUR

beforeEach(stopClock)

const UNMOVED: Partial<Switches> = { lineItemMovesDeal: false, installments: 'included' }
const open = (options: SandboxOptions = {}) =>
  pipedrive.open({ deals: 40, epoch: Date.now() - DAY, switches: UNMOVED, ...options })

/** Deals that have no line item. */
const without = (sandbox: Sandbox, list = 'deals') =>
  sandbox.rows(list, { includeFields: true }).filter(({ products_count }) => products_count === 0)

const add = (sandbox: Sandbox, stream: string, deal: Row | undefined) =>
  sandbox.create(stream, { deal_id: deal?.id }).id

/** The states as an earlier version left them, without the children of each parent. */
function withoutChildren(state: readonly object[]): object[] {
  return JSON.parse(JSON.stringify(state), (key, value: unknown) =>
    key === 'children' ? undefined : value,
  ) as object[]
}

describe.each([
  { selected: ['deals', 'deal_products'] },
  { selected: ['deal_products'] },
  { selected: ['deals', 'deal_products', 'deal_installments'] },
])('line items that a deal without any got, and that do not move it, with $selected,', ({ selected }) => {
  test('are emitted a day later, with a warning, and no others', async () => {
    const sandbox = open()
    const connection = new Connection(sandbox, { streams: [...selected, 'deletions'] })
    await connection.sync()
    const item = add(sandbox, 'deal_products', without(sandbox)[0])
    const later = [await connection.syncAfter(HOUR), await connection.syncAfter(DAY)]
    expect(later.map((output) => output.records('deal_products').map(({ id }) => id))).toEqual([[], [item]])
    expect(later[1]?.logs('WARN').join()).toContain('deal_products: ')
    expect((await connection.syncAfter(DAY)).recordCounts()).toEqual({})
  })
})

test('the list of deals is walked for line items alone a day after the first sync, within the allowance', async () => {
  const sandbox = open({ dailyTokens: 1_500, switches: { ...UNMOVED, pageCap: 8 } })
  let pages = 0
  sandbox.onRequest(({ path, params }) => {
    if (path.endsWith('/v2/deals') && params.sort_by === 'id') pages += 1
  })
  const connection = new Connection(sandbox, { streams: ['deal_products'] })
  const walked: number[] = []
  for (const wait of [0, HOUR, DAY, HOUR]) {
    await connection.syncAfter(wait)
    walked.push(pages)
  }
  // 2 percent of 1,500 tokens are three pages.
  expect(walked).toEqual([0, 0, 3, 3])
})

test('installments of a deal that has line items are found the same way', async () => {
  const sandbox = open()
  const connection = new Connection(sandbox, { streams: ['deals', 'deal_installments'] })
  await connection.sync()
  const paid = new Set(sandbox.rows('deal_installments').map(({ deal_id }) => deal_id))
  const deal = sandbox.rows('deal_products').find(({ deal_id }) => !paid.has(deal_id))
  const id = sandbox.create('deal_installments', { deal_id: deal?.deal_id }).id
  const found = await connection.syncAfter(DAY)
  expect(found.records('deal_installments').map((row) => row.id)).toEqual([id])
})

test('line items of archived deals are found when the archive is walked', async () => {
  const sandbox = open()
  const connection = new Connection(sandbox, { streams: ['deals', 'deal_products'] })
  await connection.sync()
  const id = add(sandbox, 'deal_products', without(sandbox, 'deals_archived')[0])
  expect((await connection.syncAfter(DAY)).records('deal_products').map((row) => row.id)).toEqual([id])
})

test('verify counts them as missing', async () => {
  const sandbox = open()
  const connection = new Connection(sandbox, { streams: ['deals', 'deal_products'] })
  await connection.sync()
  add(sandbox, 'deal_products', without(sandbox)[0])
  travel(HOUR)
  const flags = ['--config', file(configOf(sandbox)), '--state', file(connection.state), '--json']
  const { text, exitCode } = await inVirtualTime(() => runForText(['verify', ...flags]))
  expect(JSON.parse(text)).toMatchObject([{ missing: 0 }, { stream: 'deal_products', missing: 1 }])
  expect(exitCode).toBe(1)
})

const isOf = (stream: string) => (entry: object) => JSON.stringify(entry).includes(`"name":"${stream}"`)
const childrenOf = (connection: Connection) =>
  connection.stateOf('deal_products')?.children as { complete?: boolean }

describe('with a state that does not say which children there are', () => {
  const stripped = async (sandbox: Sandbox, streams: readonly string[]) => {
    const before = new Connection(sandbox, { streams })
    await before.sync()
    return new Connection(sandbox, { streams, state: withoutChildren(before.state) })
  }

  test.each([[['deals', 'deal_products']], [['deal_products']]])(
    'the first walk emits nothing of %s, and learns them: what is removed later is found',
    async (lists) => {
      const sandbox = open()
      const connection = await stripped(sandbox, [...lists, 'deletions'])
      const learned = await connection.syncAfter(DAY)
      expect([learned.recordCounts(), learned.logs('WARN')]).toEqual([{}, []])
      const known = sandbox.rows('deal_products').length
      expect((await connection.syncAfter(HOUR)).logs('INFO').join()).toContain(
        `deal_products: ${known} records known`,
      )
      const [item] = sandbox.rows('deal_products')
      sandbox.remove('deal_products', item?.id as number)
      const found = [await connection.syncAfter(DAY), await connection.syncAfter(DAY)]
      expect(found.flatMap((output) => output.records('deletions'))).toMatchObject([
        { stream: 'deal_products', id: String(item?.id), reason: 'removed_from_parent' },
      ])
    },
  )

  test('what is newer than the state is emitted in that walk', async () => {
    const sandbox = open()
    const connection = await stripped(sandbox, ['deals', 'deal_products'])
    travel(HOUR)
    const id = add(sandbox, 'deal_products', without(sandbox)[0])
    expect((await connection.syncAfter(DAY)).records('deal_products').map((row) => row.id)).toEqual([id])
  })

  test('a walk of which the run was killed that saw a part of it does not count', async () => {
    // 2 percent of 1,500 tokens are three of the eight pages.
    const sandbox = open({ dailyTokens: 1_500, switches: { ...UNMOVED, pageCap: 5 } })
    const streams = ['deals', 'deal_products']
    const connection = await stripped(sandbox, streams)
    const states: object[][] = []
    for (let day = 0; day < 3; day += 1) {
      await connection.syncAfter(DAY)
      states.push(connection.state)
    }
    const [first = [], second = []] = states
    const killed = [...second.filter(isOf('deals')), ...first.filter(isOf('deal_products'))]
    const after = new Connection(sandbox, { streams, state: killed })
    await after.syncAfter(DAY)
    expect([connection, after].map((one) => one.stateOf('deals')?.verification)).toEqual([
      undefined,
      undefined,
    ])
    expect([connection, after].map((one) => childrenOf(one).complete)).toEqual([true, undefined])
  })

  test('a walk that takes several syncs is not complete before its end', async () => {
    // 2 percent of 3,000 tokens are six requests a day, for the list of deals and for line items.
    const sandbox = open({ dailyTokens: 3_000, switches: { ...UNMOVED, pageCap: 8 } })
    const connection = await stripped(sandbox, ['deal_products'])
    const lines: string[] = []
    for (let day = 0; day < 4; day += 1) {
      const output = await connection.syncAfter(DAY)
      expect([output.recordCounts(), output.logs('WARN')]).toEqual([{}, []])
      lines.push(output.logs('INFO').find((line) => line.includes('known')) ?? '')
    }
    expect(lines[0]).toContain('not verified yet')
    expect(lines.at(-1)).toContain('verified up to')
  })
})
