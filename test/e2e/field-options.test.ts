import { describe, expect, test } from '@jest/globals'
import { everyFeature, noFeatures } from '../../sandbox/features.js'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { manifest } from '../../src/manifest/manifest.js'
import { read } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'

const pipedrive = pipedriveServer()
const lists = manifest.map(({ name }) => name).filter((name) => name.endsWith('_fields'))

/** The options of all fields, as the lists of fields have them. */
function truth(sandbox: Sandbox): string[] {
  return lists.flatMap((list) =>
    sandbox.rows(list).flatMap((field) => {
      const { key = field.field_code, options, options_deleted } = field
      const idsOf = (value: unknown) => (Array.isArray(value) ? (value as { id: unknown }[]) : [])
      const of = (value: unknown, deleted: boolean) =>
        idsOf(value).map(({ id }) => [list.replace('_fields', ''), key, id, deleted].join())
      return [...of(options, false), ...of(options_deleted, true)]
    }),
  )
}

describe('the options of fields', () => {
  test('are a row each, whether they were deleted, and cost no more than the lists of fields', async () => {
    const sandbox = pipedrive.open({ switches: everyFeature })
    const output = await read(sandbox, { streams: [...lists, 'field_options'], mode: 'full_refresh' })
    expect(output.errors()).toEqual([])
    const rows = output
      .records('field_options')
      .map(({ entity, field_key, id, deleted }) => [entity, field_key, id, deleted].join())
    expect(rows.sort()).toEqual(truth(sandbox).sort())
    expect(rows.some((row) => row.endsWith('true'))).toBe(true)
    for (const list of lists) expect(sandbox.ledger.byStream()[list]?.requests).toBe(1)
    expect(sandbox.ledger.byStream().field_options).toBeUndefined()
  })

  test('come without the streams of the fields', async () => {
    const sandbox = pipedrive.open({ switches: everyFeature })
    const output = await read(sandbox, { streams: ['field_options'] })
    expect(output.records('field_options').length).toBe(truth(sandbox).length)
    expect(Object.keys(output.recordCounts())).toEqual(['field_options'])
  })

  test('come without those of projects where the account does not have projects', async () => {
    const sandbox = pipedrive.open({ switches: noFeatures })
    const output = await read(sandbox, { streams: ['field_options'] })
    expect(output.statuses('field_options').at(-1)).toBe('COMPLETE')
    const entities = new Set(output.records('field_options').map(({ entity }) => entity))
    expect(entities.has('deal')).toBe(true)
    expect(entities.has('project')).toBe(false)
  })

  test('are not complete where a list of fields cannot be read', async () => {
    const sandbox = pipedrive.open()
    const body = { success: false, error: 'No.' }
    sandbox.faults.inject({
      path: '/personFields',
      times: Infinity,
      fault: { kind: 'status', status: 403, body },
    })
    const output = await read(sandbox, { streams: ['field_options', 'deal_fields'] })
    expect(output.statuses('field_options').at(-1)).toBe('INCOMPLETE')
    expect(output.statuses('deal_fields').at(-1)).toBe('COMPLETE')
  })
})

test('fields say whether they are custom fields, in every list of fields', async () => {
  const sandbox = pipedrive.open({ switches: everyFeature })
  const output = await read(sandbox, { streams: lists })
  for (const list of lists) {
    const found = output.records(list).map(({ key, field_code, is_custom }) => [key ?? field_code, is_custom])
    const isHash = ([key]: unknown[]) => /^[0-9a-f]{40}/.test(String(key))
    expect([list, found]).toEqual([list, found.map((field) => [field[0], isHash(field)])])
  }
  expect(output.records('deal_fields').some(({ is_custom }) => is_custom === true)).toBe(true)
  expect(output.records('deal_fields').some(({ is_custom }) => is_custom === false)).toBe(true)
})
