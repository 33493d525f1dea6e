import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { makeAdmin } from '../support/admin.js'
import { Connection } from '../support/connection.js'
import { oauthConfig, storedToken } from '../support/oauth.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const DAY = 25 * HOUR

beforeEach(stopClock)

const NO_ROWS = { success: true, data: [], additional_data: { next_cursor: null } }
const NOT_FOUND = { success: false, error: 'Not found' }
const open = () => pipedrive.open({ deals: 12, epoch: Date.now() - DAY })
const idsOf = (sandbox: Sandbox, stream: string) => sandbox.rows(stream).map(({ id }) => id as number)
const deletionsOf = (output: Output) =>
  output.records('deletions').map(({ stream, id, restored_at }) => [stream, id, restored_at !== null])
const connectionTo = (
  sandbox: Sandbox,
  config: object = {},
  streams = ['persons', 'deletions'],
  state: readonly object[] = [],
) => new Connection(sandbox, { streams, config, state })

describe('nothing is taken for deleted', () => {
  test('when many rows vanish at once, before the next walk finds the same', async () => {
    const sandbox = pipedrive.open({ deals: 300, epoch: Date.now() - DAY })
    const connection = connectionTo(sandbox)
    await connection.syncAfter(DAY)
    const many = idsOf(sandbox, 'persons').slice(0, 60)
    for (const id of many) sandbox.hide('persons', id)
    const doubted = await connection.syncAfter(DAY)
    expect([deletionsOf(doubted), doubted.logs('WARN')]).toEqual([
      [],
      [expect.stringContaining('60 records')],
    ])
    for (const id of many.slice(0, 20)) sandbox.reveal('persons', id)
    expect(deletionsOf(await connection.syncAfter(DAY)).length).toBe(40)
  })

  test('when the owner of the token is no admin', async () => {
    const sandbox = open()
    const connection = connectionTo(sandbox)
    await connection.syncAfter(DAY)
    makeAdmin(sandbox, false)
    const [id = 0] = idsOf(sandbox, 'persons')
    sandbox.hide('persons', id)
    const found = [
      await connection.syncAfter(DAY),
      await connection.syncAfter(DAY),
      await connection.syncAfter(DAY),
    ]
    expect(found.flatMap(deletionsOf)).toEqual([])
    expect(found.at(-1)?.logs('INFO').join()).toContain('not an admin')
    makeAdmin(sandbox, true)
    sandbox.reveal('persons', id)
    expect([
      ...deletionsOf(await connection.syncAfter(DAY)),
      ...deletionsOf(await connection.syncAfter(DAY)),
    ]).toEqual([])
  })

  test('when the permissions have just changed, before the next walk finds the same', async () => {
    const sandbox = open()
    const connection = connectionTo(sandbox)
    makeAdmin(sandbox, false)
    await connection.syncAfter(DAY)
    const [id = 0] = idsOf(sandbox, 'persons')
    sandbox.remove('persons', id)
    makeAdmin(sandbox, true)
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([['persons', String(id), false]])
  })

  test('when the scopes of the connection have just changed, also if a token is stored', async () => {
    const oauth = { scopes: ['contacts:read', 'admin'] }
    const sandbox = pipedrive.open({ deals: 12, epoch: Date.now() - DAY, oauth })
    const connection = connectionTo(sandbox, oauthConfig(sandbox))
    await connection.syncAfter(DAY)
    const stored = storedToken(sandbox, DAY + HOUR)
    const [id = 0, other = 0] = idsOf(sandbox, 'persons')
    oauth.scopes = ['contacts:full', 'admin']
    sandbox.remove('persons', id)
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([['persons', String(id), false]])
    sandbox.remove('persons', other)
    const next = connectionTo(sandbox, oauthConfig(sandbox, stored), undefined, connection.state)
    expect(deletionsOf(await next.syncAfter(DAY))).toEqual([['persons', String(other), false]])
  })

  test.each([
    { stream: 'persons', list: '/api/v2/persons', asked: '/api/v2/persons' },
    { stream: 'leads', list: '/leads', asked: /\/leads\/[^/]+$/ },
  ])('when $list leaves a row out, and does not answer for single rows', async ({ stream, list, asked }) => {
    const sandbox = open()
    const connection = connectionTo(sandbox, {}, [stream, 'deletions'])
    await connection.sync()
    const [id] = sandbox.rows(stream).map((row) => row.id)
    const without = (body: { data: { id: unknown }[] | null }) => ({
      ...body,
      data: body.data?.filter((row) => row.id !== id) ?? null,
    })
    sandbox.faults.inject({
      path: asked,
      times: Infinity,
      when: ({ path, params }) => params.ids !== undefined || /leads\/./.test(path),
      fault:
        stream === 'leads'
          ? { kind: 'status', status: 404, body: NOT_FOUND }
          : { kind: 'rewrite', rewrite: () => NO_ROWS },
    })
    sandbox.faults.inject({ path: list, times: 2, fault: { kind: 'rewrite', rewrite: without } })
    const found = [await connection.syncAfter(DAY), await connection.syncAfter(DAY)]
    expect(found.flatMap(deletionsOf)).toEqual([])
  })

  test('from pages that were read with other permissions: the walk starts over', async () => {
    const options = { deals: 40, epoch: Date.now() - DAY, dailyTokens: 1_500, switches: { pageCap: 5 } }
    const sandbox = pipedrive.open(options)
    const connection = connectionTo(sandbox)
    await connection.sync()
    const walk = async () => {
      const output = await connection.syncAfter(DAY)
      return output.states('persons').at(-1)?.verification as { pages: number } | undefined
    }
    expect((await walk())?.pages).toBe(3)
    makeAdmin(sandbox, false)
    expect((await walk())?.pages).toBe(3)
  })

  test('when a list comes back empty by mistake', async () => {
    const sandbox = open()
    const connection = connectionTo(sandbox, {}, ['persons', 'stages', 'deletions'])
    await connection.syncAfter(DAY)
    for (const path of ['/persons', '/stages'])
      sandbox.faults.inject({ path, times: 3, fault: { kind: 'empty' } })
    const found = [
      await connection.syncAfter(DAY),
      await connection.syncAfter(DAY),
      await connection.syncAfter(DAY),
    ]
    expect(found.flatMap(deletionsOf)).toEqual([])
  })

  test('when it was archived, the archive is not read, and no token is left to ask for the row', async () => {
    // 2 percent of 1,000 tokens are one page of leads.
    const sandbox = pipedrive.open({ deals: 12, epoch: Date.now() - DAY, dailyTokens: 1_000 })
    const connection = connectionTo(sandbox, {}, ['leads', 'deletions'])
    await connection.sync()
    sandbox.archive('leads', sandbox.rows('leads')[0]?.id as string)
    const found = [await connection.syncAfter(DAY), await connection.syncAfter(DAY)]
    expect(found.flatMap(deletionsOf)).toEqual([])
    expect(found.at(-1)?.logs('INFO').join()).toContain('leads: ')
  })

  test('when it was archived, the archive is not read, and the row itself says so', async () => {
    const sandbox = open()
    const connection = connectionTo(sandbox, {}, ['leads', 'deletions'])
    await connection.sync()
    const id = sandbox.rows('leads')[0]?.id as string
    sandbox.archive('leads', id)
    const found = await connection.syncAfter(DAY)
    expect([found.records('leads'), deletionsOf(found)]).toMatchObject([[{ id, is_archived: true }], []])
  })

  test.each([
    { name: 'it is in the archive', markers: 'full', cut: 0 },
    { name: 'responses do not state their end', markers: 'absent', cut: 0 },
    { name: 'the archive leaves it out without stating its end', markers: 'absent', cut: 4 },
  ] as const)('when it is archived between the reading of both lists: $name', async ({ markers, cut }) => {
    const switches = { archivingMovesUpdateTime: false, v2PageMarkers: markers }
    const sandbox = pipedrive.open({ deals: 12, epoch: Date.now() - DAY, switches })
    const connection = connectionTo(sandbox, {}, ['deals', 'deletions'])
    await connection.sync()
    const [, id = 0] = idsOf(sandbox, 'deals')
    let isArchived = false
    sandbox.onRequest(({ path, params }) => {
      if (isArchived || !path.endsWith('/v2/deals') || params.sort_by !== 'id') return
      isArchived = true
      sandbox.archive('deals', id)
    })
    sandbox.faults.inject({
      path: '/deals/archived',
      times: cut,
      when: ({ params }) => params.ids !== undefined,
      fault: { kind: 'rewrite', rewrite: (body: object) => ({ ...body, data: [] }) },
    })
    const found = [await connection.syncAfter(DAY), await connection.syncAfter(DAY)]
    expect([isArchived, found.flatMap(deletionsOf)]).toEqual([true, []])
    expect(connection.table('deals').get(String(id))).toMatchObject({ is_archived: true })
  })
})
