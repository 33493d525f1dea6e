import { beforeEach, describe, expect, test } from '@jest/globals'
import { everyFeature } from '../../sandbox/features.js'
import { read } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const open = () => pipedrive.open({ switches: everyFeature })

beforeEach(stopClock)

const idsOf = (rows: readonly object[]) => rows.map((row) => (row as { id: unknown }).id).sort()

describe('projects', () => {
  const streams = ['projects']

  test('are read with those that are archived and deleted, each once', async () => {
    const sandbox = open()
    sandbox.remove('projects', 1)
    sandbox.archive('projects', 2)
    const output = await read(sandbox, { streams })

    expect(idsOf(output.records('projects'))).toEqual(idsOf(sandbox.rows('projects', { deleted: true })))
    expect(output.records('projects').find(({ id }) => id === 1)).toMatchObject({ status: 'deleted' })
    expect(output.records('projects').find(({ id }) => id === 2)?.archive_time).not.toBeNull()
    expect(sandbox.ledger.byStream().projects).toEqual({ requests: 2, tokens: 20 })
  })

  test('come again when they are archived, restored, edited or deleted, and otherwise do not', async () => {
    const sandbox = open()
    const first = await read(sandbox, { streams })
    travel(HOUR)
    const quiet = await read(sandbox, { streams, state: first.stateFile() })
    expect(quiet.records()).toEqual([])

    sandbox.archive('projects', 1)
    sandbox.restore('projects', 4)
    sandbox.edit('projects', 2, { title: 'New' })
    sandbox.remove('projects', 3)
    const second = await read(sandbox, { streams, state: quiet.stateFile() })
    expect(idsOf(second.records('projects'))).toEqual([1, 2, 3, 4])
  })

  test('that are many more than a page are read whole, and go on where the process died', async () => {
    const sandbox = pipedrive.open({ deals: 400, switches: { ...everyFeature, pageCap: 3 } })
    const all = await read(sandbox, { streams })
    const truth = idsOf(sandbox.rows('projects', { deleted: true }))
    expect(idsOf(all.records('projects'))).toEqual(truth)
  })
})

describe('goals', () => {
  test('of everyone are read, by number and by sum, from where Pipedrive keeps them', async () => {
    const sandbox = open()
    const output = await read(sandbox, { streams: ['goals'] })
    expect(idsOf(output.records('goals'))).toEqual(idsOf(sandbox.rows('goals')))
    const metrics = sandbox.ledger.entries.flatMap(
      ({ params }) => params['expected_outcome.tracking_metric'] ?? [],
    )
    expect(metrics).toEqual(['quantity', 'sum'])
  })

  test('of one kind alone are no surprise', async () => {
    const sandbox = open()
    for (const { id, expected_outcome } of sandbox.rows('goals'))
      if ((expected_outcome as { tracking_metric: string }).tracking_metric === 'sum')
        sandbox.remove('goals', id as string)
    const first = await read(sandbox, { streams: ['goals'] })
    const second = await read(sandbox, { streams: ['goals'], state: first.stateFile() })
    expect([first.exitCode, second.exitCode]).toEqual([0, 0])
    expect(second.records()).toEqual([])
  })
})

describe('webhooks', () => {
  test('are read without their passwords', async () => {
    const output = await read(open(), { streams: ['webhooks'] })
    expect(output.records('webhooks')).toHaveLength(2)
    expect(output.text).not.toContain('http_auth_password')
    expect(output.text).not.toContain('kept-from-records')
  })

  test('do not come again when only the password has changed', async () => {
    const sandbox = open()
    const first = await read(sandbox, { streams: ['webhooks'] })
    sandbox.edit('webhooks', 1, { http_auth_password: 'changed' })
    const second = await read(sandbox, { streams: ['webhooks'], state: first.stateFile() })
    expect(second.records()).toEqual([])
  })
})

describe('the summary of deals', () => {
  test('has a row per currency, and one with the totals', async () => {
    const sandbox = open()
    const output = await read(sandbox, { streams: ['deals_summary'] })
    const records = output.records('deals_summary')
    const currencies = new Set(sandbox.rows('deals').map(({ currency }) => currency))
    expect(records.map(({ currency }) => currency).sort()).toEqual([...currencies, 'total'].sort())
    const total = records.find(({ currency }) => currency === 'total')
    expect(total?.total_count).toBe(sandbox.rows('deals').length)
  })

  test('of a company without deals is the row with the totals', async () => {
    const sandbox = pipedrive.open({
      records: [{ stream: 'deals_summary', data: { currency: 'total', total_count: 0 } }],
    })
    const output = await read(sandbox, { streams: ['deals_summary'] })
    expect(output.records('deals_summary')).toMatchObject([{ currency: 'total', total_count: 0 }])
  })
})

describe('boards', () => {
  test('are requested without a limit, which their list does not take', async () => {
    const sandbox = open()
    const output = await read(sandbox, { streams: ['project_boards'] })
    expect(output.records('project_boards')).toHaveLength(2)
    expect(sandbox.ledger.entries.at(-1)).toMatchObject({ path: '/api/v2/boards', params: {} })
  })
})

describe('streams of features that the account lacks', () => {
  test('are empty and complete, each with one warning', async () => {
    const streams = [
      'projects',
      'tasks',
      'project_boards',
      'project_templates',
      'project_fields',
      'legacy_teams',
    ]
    const output = await read(pipedrive.open(), { streams })
    expect(output.exitCode).toBe(0)
    expect(output.records()).toEqual([])
    for (const stream of streams) expect(output.statuses(stream)).toEqual(['STARTED', 'RUNNING', 'COMPLETE'])
    expect(output.logs('WARN').sort()).toEqual(
      streams
        .map(
          (name) =>
            `${name} stays empty: the Pipedrive account does not have ${name === 'legacy_teams' ? 'teams' : 'projects'}.`,
        )
        .sort(),
    )
  })
})
