import { describe, expect, test } from '@jest/globals'
import { get, ids, NOON, stillSandbox } from './client.js'

const time = (seconds: number) => new Date(NOON + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
const note = (id: number, update_time = time(id)) => ({
  stream: 'notes',
  data: { id, content: `<b>${id}</b>`, deal_id: id % 2, add_time: time(0), update_time },
})
const notes = (...noteIds: number[]) => stillSandbox({ records: noteIds.map((id) => note(id)) })

describe('A v1 list', () => {
  test('A v1 list is paged by start and limit, and marks whether there is more', async () => {
    const sandbox = notes(1, 2, 3)
    const first = await get(sandbox, '/v1/notes?start=0&limit=2')
    expect(ids(first.body.data)).toEqual([1, 2])
    expect(first.body.additional_data).toEqual({
      pagination: { start: 0, limit: 2, more_items_in_collection: true, next_start: 2 },
    })
    const last = await get(sandbox, '/v1/notes?start=2&limit=2')
    expect(ids(last.body.data)).toEqual([3])
    expect(last.body.additional_data).toEqual({
      pagination: { start: 2, limit: 2, more_items_in_collection: false },
    })
  })

  test('Offsets of a v1 list shift when a row is removed', async () => {
    const sandbox = notes(1, 2, 3, 4)
    const first = await get(sandbox, '/v1/notes?limit=2')
    sandbox.remove('notes', 1)
    const second = await get(sandbox, '/v1/notes?limit=2&start=2')
    expect([...ids(first.body.data), ...ids(second.body.data)]).toEqual([1, 2, 4])
  })

  test('A v1 list ignores unknown parameters', async () => {
    const { status, body } = await get(notes(1), '/v1/notes?sort_by=update_time&colour=red')
    expect(status).toBe(200)
    expect(ids(body.data)).toEqual([1])
  })

  test.each([
    ['update_time ASC', [3, 1, 2]],
    ['update_time DESC', [2, 1, 3]],
    ['update_time', [3, 1, 2]],
    ['deal_id asc, id DESC', [2, 3, 1]],
  ])('A v1 list is sorted by %s', async (sort, expected) => {
    const records = [note(1, time(5)), note(2, time(9)), note(3, time(1))]
    const { body } = await get(stillSandbox({ records }), `/v1/notes?sort=${encodeURIComponent(sort)}`)
    expect(ids(body.data)).toEqual(expected)
  })

  test.each(['limit=0', 'limit=x', 'start=-1', 'sort=colour', 'updated_since=2026-01-01T00:00:00.5Z'])(
    'A v1 list rejects %s',
    async (query) => {
      expect((await get(notes(1), `/v1/notes?${query}`)).status).toBe(400)
    },
  )

  test('The list of notes accepts updated_since', async () => {
    const { body } = await get(notes(1, 2, 3), `/v1/notes?updated_since=2026-06-01T12:00:02Z`)
    expect(ids(body.data)).toEqual([2, 3])
  })

  test('The list of leads accepts updated_since, that of archived leads ignores it', async () => {
    const lead = (id: string, is_archived: boolean) => ({
      stream: 'leads',
      data: {
        id,
        is_archived,
        add_time: '2026-01-01T00:00:00.100Z',
        update_time: '2026-01-01T00:00:00.500Z',
      },
    })
    const sandbox = stillSandbox({ records: [lead('a', false), lead('b', true)] })
    const count = async (path: string) => (await get(sandbox, path)).body.data?.length ?? 0
    expect(await count('/v1/leads?updated_since=2026-01-01T00:00:00Z')).toBe(1)
    expect(await count('/v1/leads?updated_since=2026-01-01T00:00:01Z')).toBe(0)
    expect(await count('/v1/leads/archived?updated_since=2026-01-01T00:00:01Z')).toBe(1)
  })

  test('The list of files has at most a hundred rows per page', async () => {
    const file = (id: number) => ({ stream: 'files', data: { id, update_time: time(id) } })
    const sandbox = stillSandbox({ records: Array.from({ length: 120 }, (_, index) => file(index + 1)) })
    const { body } = await get(sandbox, '/v1/files?limit=500&sort=update_time%20DESC')
    expect(body.data?.length).toBe(100)
    expect(body.data?.[0]?.id).toBe(120)
    expect(body.additional_data?.pagination?.limit).toBe(100)
  })

  test.each([
    ['/v1/users', 'users'],
    ['/v1/currencies', 'currencies'],
    ['/v1/filters', 'filters'],
    ['/v1/activityTypes', 'activity_types'],
    ['/v1/leadLabels', 'lead_labels'],
    ['/v1/leadSources', 'lead_sources'],
  ])('%s is one response whatever the limit, without pagination', async (path, stream) => {
    const sandbox = stillSandbox()
    const { body } = await get(sandbox, `${path}?start=1&limit=1`)
    expect(body.data).toEqual(sandbox.rows(stream))
    expect(body.additional_data?.pagination).toBeUndefined()
  })

  test('The list of users names the company, and users/me the owner of the token', async () => {
    const sandbox = stillSandbox()
    expect((await get(sandbox, '/v1/users')).body.additional_data).toEqual({ company_id: sandbox.companyId })
    const { body } = await get(sandbox, '/v1/users/me')
    expect(body.data).toMatchObject({ is_you: true, company_id: sandbox.companyId })
  })

  test.each([
    ['leads', '/v1/leads', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/],
    ['notes', '/v1/notes', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/],
    ['files', '/v1/files', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/],
    ['deals', '/api/v2/deals', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
  ])(
    'Rows of %s have times in the format of their list, generated and changed ones',
    async (stream, path, format) => {
      const sandbox = stillSandbox()
      sandbox.create(stream)
      sandbox.edit(stream, sandbox.rows(stream)[0]?.id as number, {})
      const { body } = await get(sandbox, `${path}?limit=100`)
      for (const row of body.data ?? []) expect(row.update_time).toMatch(format)
    },
  )
})
