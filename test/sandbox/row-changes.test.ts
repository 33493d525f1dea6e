import { describe, expect, test } from '@jest/globals'
import type { Row } from '../../sandbox/sandbox.js'
import { EARLY, get, ids, listed, NOW, record, sandboxOf, stillSandbox } from './client.js'

const LEAD = 'adf21080-0e10-11eb-879b-05d71fb426ec'

describe('A hidden row', () => {
  test('A hidden row is in no list until it is revealed', async () => {
    const sandbox = sandboxOf([
      record('deals', 1),
      record('deals', 2),
      record('deal_products', 7, { deal_id: 1 }),
    ])
    const items = '/api/v2/deals/products?deal_ids=1,2'
    sandbox.hide('deals', 1)
    expect(await listed(sandbox, '/api/v2/deals')).toEqual([2])
    expect(ids(sandbox.rows('deals'))).toEqual([2])
    expect(await listed(sandbox, items)).toEqual([])
    sandbox.archive('deals', 1)
    expect(await listed(sandbox, '/api/v2/deals/archived')).toEqual([])
    sandbox.restore('deals', 1)
    sandbox.edit('deals', 1, { update_time: EARLY }, { touch: false })
    sandbox.reveal('deals', 1)
    expect((await get(sandbox, '/api/v2/deals')).body.data).toMatchObject([
      { id: 1, update_time: EARLY },
      { id: 2 },
    ])
    expect(await listed(sandbox, items)).toEqual([7])
  })
})

describe('A converted lead', () => {
  test.each([false, true])(
    'A converted lead leaves both lists, and a deal names it (archived: %s)',
    async (is_archived) => {
      const sandbox = sandboxOf([record('leads', LEAD, { is_archived, title: 'Hope', person_id: 5 })])
      const deal = sandbox.convertLead(LEAD)
      expect(await listed(sandbox, '/v1/leads')).toEqual([])
      expect(await listed(sandbox, '/v1/leads/archived')).toEqual([])
      expect((await get(sandbox, `/v1/leads/${LEAD}`)).status).toBe(404)
      expect(deal).toMatchObject({ source_lead_id: LEAD, title: 'Hope', person_id: 5, update_time: NOW })
      expect(await listed(sandbox, '/api/v2/deals')).toEqual([deal.id])
    },
  )
})

describe('A merged person', () => {
  test('A merged person leaves the list; the survivor moves and gets its rows', () => {
    const records = [record('persons', 1), record('persons', 2), record('deals', 3, { person_id: 1 })]
    const sandbox = sandboxOf(records)
    expect(sandbox.mergePersons(1, 2)).toMatchObject({ id: 2, update_time: NOW })
    expect(ids(sandbox.rows('persons'))).toEqual([2])
    expect(sandbox.rows('deals')).toMatchObject([{ person_id: 2, update_time: EARLY }])
    expect(() => sandbox.mergePersons(2, 9)).toThrow(/no row 9/)
    expect(ids(sandbox.rows('persons'))).toEqual([2])
  })
})

describe('The switch archiveTime', () => {
  const archiveTime = Date.parse('2020-05-05T05:05:05Z')

  test('archiveTime free: a row can be archived with any archive_time', () => {
    const sandbox = sandboxOf([record('deals', 1), record('leads', LEAD)], { archiveTime: 'free' })
    sandbox.archive('deals', 1, { archiveTime })
    sandbox.archive('leads', LEAD, { archiveTime })
    expect(sandbox.rows('deals_archived')).toMatchObject([
      { archive_time: '2020-05-05T05:05:05Z', update_time: NOW },
    ])
    expect(sandbox.rows('leads_archived')).toMatchObject([{ archive_time: '2020-05-05T05:05:05.000Z' }])
  })

  test('archiveTime now: the archive_time is that of archiving, and choosing one is an error', () => {
    const sandbox = sandboxOf([record('deals', 1)])
    expect(() => {
      sandbox.archive('deals', 1, { archiveTime })
    }).toThrow(/archiveTime: 'free'/)
    sandbox.archive('deals', 1)
    expect(sandbox.rows('deals_archived')).toMatchObject([{ archive_time: NOW }])
  })
})

describe('Changes without touch', () => {
  test('Changes without touch have exactly the times that are given, and leave the parent as it is', () => {
    const sandbox = sandboxOf([record('deals', 1)])
    const silent = { touch: false }
    const update_time = '2020-02-02T02:02:02Z'
    const created = sandbox.create('persons', { update_time }, silent)
    expect(created).toMatchObject({ update_time, add_time: null })
    expect(sandbox.edit('persons', Number(created.id), { update_time: EARLY }, silent)).toMatchObject({
      update_time: EARLY,
    })
    expect(sandbox.edit('persons', Number(created.id), { update_time })).toMatchObject({ update_time })
    sandbox.create('deal_products', { deal_id: 1 }, silent)
    expect(sandbox.rows('deals')).toMatchObject([{ update_time: EARLY }])
  })
})

describe('The switch volatileValues', () => {
  const records = [
    { stream: 'files', data: { id: 1, url: 'https://files.example/1' } },
    { stream: 'users', data: { id: 1, icon_url: null, is_you: true } },
    { stream: 'notes', data: { id: 1 } },
  ]
  const fields = [
    ['/v1/files', 'url'],
    ['/v1/users', 'icon_url'],
  ] as const

  test.each([
    [true, 2],
    [false, 1],
  ])('volatileValues %s: two requests see %i values', async (volatileValues, count) => {
    const sandbox = stillSandbox({ records, switches: { volatileValues } })
    for (const [path, field] of fields) {
      const value = async () => ((await get(sandbox, path)).body.data as Row[])[0]?.[field]
      expect(new Set([await value(), await value()]).size).toBe(count)
    }
    expect((await get(sandbox, '/v1/notes')).body.data).toEqual([{ id: 1 }])
    expect(sandbox.rows('files')).toEqual([{ id: 1, url: 'https://files.example/1' }])
  })
})
