import { describe, expect, test } from '@jest/globals'
import type { Row, Sandbox } from '../../sandbox/sandbox.js'
import { get, listed, NOW, record, sandboxOf } from './client.js'

const LEAD = 'adf21080-0e10-11eb-879b-05d71fb426ec'

describe('A single row', () => {
  const records = [
    record('deals', 1, { products_count: 2 }),
    record('deals', 2, { is_archived: true }),
    record('persons', 3),
    record('notes', 4),
    record('leads', LEAD, { is_archived: true }),
  ]

  test.each([
    ['/api/v2/deals/1', 1],
    ['/api/v2/deals/2', 1],
    ['/api/v2/persons/3', 1],
    ['/v1/notes/4', 2],
    [`/v1/leads/${LEAD}`, 2],
  ])('A single row is at %s for %i tokens, archived or not', async (path, tokens) => {
    const sandbox = sandboxOf(records)
    const { status, body } = await get(sandbox, path)
    expect(status).toBe(200)
    expect(String((body.data as unknown as Row).id)).toBe(path.split('/').at(-1))
    expect(sandbox.ledger.entries).toMatchObject([{ tokens }])
  })

  test.each([
    ['/api/v2/deals/9', 404],
    ['/v1/leads/none', 404],
    ['/api/v2/deals/x', 400],
    ['/api/v2/deals/1?limit=1', 400],
    ['/api/v2/deals/products/1', 404],
    ['/v1/currencies/1', 404],
  ])('A single row at %s gets %i', async (path, status) => {
    expect((await get(sandboxOf(records), path)).status).toBe(status)
  })

  test('A single row has include fields when they are asked for', async () => {
    const sandbox = sandboxOf(records)
    expect((await get(sandbox, '/api/v2/deals/1')).body.data).not.toHaveProperty('products_count')
    const { body } = await get(sandbox, '/api/v2/deals/1?include_fields=products_count')
    expect(body.data).toMatchObject({ products_count: 2 })
  })
})

describe('The parameter ids', () => {
  test.each(['deals', 'deals/archived', 'persons', 'organizations', 'activities', 'products'])(
    'The parameter ids selects rows of %s',
    async (list) => {
      const [stream = '', archived] = list.split('/')
      const more = archived === undefined ? {} : { is_archived: true }
      const sandbox = sandboxOf([1, 2, 3].map((id) => record(stream, id, more)))
      expect(await listed(sandbox, `/api/v2/${list}?ids=3,1,9`)).toEqual([1, 3])
    },
  )
})

describe('The switch deletedById', () => {
  const positions = [
    ['returned', 200, [1, 2]],
    ['absent', 404, [2]],
    ['gone', 410, [2]],
  ] as const
  const changes: Readonly<Record<string, readonly [string, (sandbox: Sandbox) => unknown]>> = {
    'a deleted deal': [
      'deals',
      (sandbox) => {
        sandbox.remove('deals', 1)
      },
    ],
    'a deleted person': [
      'persons',
      (sandbox) => {
        sandbox.remove('persons', 1)
      },
    ],
    'a hidden person': [
      'persons',
      (sandbox) => {
        sandbox.hide('persons', 1)
      },
    ],
    'a merged person': ['persons', (sandbox) => sandbox.mergePersons(1, 2)],
  }

  test.each(
    Object.entries(changes).flatMap(([name, [stream, change]]) =>
      positions.map(([position, status, found]) => ({ name, stream, change, position, status, found })),
    ),
  )(
    'deletedById $position: $name gets $status by its path',
    async ({ stream, change, position, status, found }) => {
      const sandbox = sandboxOf([record(stream, 1), record(stream, 2)], { deletedById: position })
      change(sandbox)
      expect(await listed(sandbox, `/api/v2/${stream}`)).toEqual([2])
      expect((await get(sandbox, `/api/v2/${stream}/1`)).status).toBe(status)
      expect(await listed(sandbox, `/api/v2/${stream}?ids=1,2`)).toEqual(found)
    },
  )

  test('deletedById returned: a deleted row shows that it is deleted, in the format of its version', async () => {
    const records = [record('persons', 1), record('notes', 1, { active_flag: true })]
    const sandbox = sandboxOf(records, { deletedById: 'returned' })
    for (const stream of ['persons', 'notes']) sandbox.remove(stream, 1)
    const person = await get(sandbox, '/api/v2/persons/1')
    expect(person.body.data).toMatchObject({ is_deleted: true, update_time: NOW })
    expect((await get(sandbox, '/v1/notes/1')).body.data).toMatchObject({ active_flag: false })
  })

  test('deletedById returned: a row deleted with hard, or more than thirty days ago, is not found', async () => {
    const records = [record('persons', 1), record('deals', 1)]
    const sandbox = sandboxOf(records, { deletedById: 'returned' })
    sandbox.remove('persons', 1, { hard: true })
    sandbox.remove('deals', 1)
    sandbox.clock.advance(31 * 24 * 3600 * 1000)
    expect((await get(sandbox, '/api/v2/persons/1')).status).toBe(404)
    expect((await get(sandbox, '/api/v2/deals/1')).status).toBe(404)
  })
})
