import { describe, expect, test } from '@jest/globals'
import type { NestedStrategy } from '../../../src/manifest/nested-strategy.js'
import { rowBuilder } from '../../../src/pipedrive/lists/row.js'
import { nestedRows } from '../../../src/sync/streams/nested-rows.js'

const strategy: NestedStrategy = {
  kind: 'nested',
  of: { deal_fields: 'deal', project_fields: 'project' },
  origin: 'entity',
  outer: { field: 'field_key', from: ['key', 'field_code'] },
  lists: { options: { deleted: false }, options_deleted: { deleted: true } },
}
const traits = { name: 'field_options', primaryKey: ['entity', 'field_key', 'id'], strategy }
const toField = rowBuilder({ name: 'deal_fields', primaryKey: ['name'], timeFields: [] })

describe('the members of lists inside rows', () => {
  test.each<{ name: string; field: object; list?: string; keys: string[]; first?: object }>([
    {
      name: 'get the key of the row around them, what tells its list apart, and what their own list adds',
      field: { key: 'abc', options: [{ id: 1, label: 'One' }], options_deleted: [{ id: 2, label: 'Two' }] },
      keys: ['deal/abc/1', 'deal/abc/2'],
      first: { id: '1', label: 'One', field_key: 'abc', entity: 'deal', deleted: false },
    },
    {
      name: 'get the key from the field that the row has',
      field: { field_code: 'status', options: [{ id: 'open', label: 'Open' }] },
      list: 'project_fields',
      keys: ['project/status/open'],
    },
    { name: 'are none where the row has no list', field: { key: 'abc', options: null }, keys: [] },
    { name: 'that are not objects are left out', field: { key: 'abc', options: [null, 'a'] }, keys: [] },
    {
      name: 'without an id are identified by their label',
      field: { key: 'abc', options: [{ label: 'Yes' }, { id: true, label: 'No' }] },
      keys: ['deal/abc/Yes', 'deal/abc/true'],
    },
  ])('$name', ({ field, list = 'deal_fields', keys, first }) => {
    const rows = nestedRows([toField({ name: 'Field', ...field })], { ...traits, list })
    expect(rows.map(({ key }) => key)).toEqual(keys)
    if (first) expect(rows[0]?.data).toEqual(first)
  })
})
