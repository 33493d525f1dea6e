import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { SeedRecord } from '../../sandbox/sandbox.js'
import { findStream } from '../../src/manifest/manifest.js'
import { read } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { schemaProblems } from '../support/schemas.js'
import { withZones } from '../support/times.js'

const pipedrive = pipedriveServer()

/**
 * Rows with values that real accounts have and the documentation does not mention. RECORDED_ROWS=file (JSON lines)
 * adds more.
 */
const ROWS: SeedRecord[] = [
  {
    stream: 'activities',
    data: {
      id: 1,
      subject: 'Edited a second before it was added',
      add_time: '2021-07-06T15:02:04Z',
      update_time: '2021-07-06T15:02:03Z',
      private: false,
      public_description: '',
    },
  },
  {
    stream: 'pipelines',
    data: {
      id: 1,
      name: 'Never edited',
      is_deleted: false,
      is_selected: true,
      add_time: '2020-12-10T07:23:48Z',
    },
  },
  {
    stream: 'filters',
    data: {
      id: 7,
      name: 'Open deals',
      visible_to: '7',
      add_time: '2020-12-10 07:23:49',
      update_time: null,
      temporary_flag: null,
    },
  },
  {
    stream: 'notes',
    data: {
      id: 3,
      content: 'Größe: <b>L</b> 🚀<br>',
      add_time: '2023-02-22 08:24:35',
      update_time: '2023-02-22 08:24:36',
      deal: null,
      lead: null,
      user: { name: 'A', email: 'a@example.com', icon_url: null, is_you: true },
    },
  },
  {
    stream: 'leads',
    data: {
      id: '1bce0200-5044-11f1-8f4f-d7944c9e4f3a',
      title: 'To the millisecond',
      add_time: '2026-05-15T09:54:47.968Z',
      update_time: '2026-05-15T10:11:08.288Z',
      visible_to: '3',
      value: null,
      befdcfc4f54b8410b8d9105ba6d44658fd5965b9: '17',
      '3ce5b1409718d65a8adc965be1f0da8821d8b9ab': 10,
    },
  },
  {
    stream: 'deals',
    data: {
      id: 9,
      title: 'Custom',
      status: 'won',
      value: 12.34,
      update_time: '2026-05-15T10:11:08Z',
      is_deleted: false,
      custom_fields: {
        befdcfc4f54b8410b8d9105ba6d44658fd5965b9: null,
        '3ce5b1409718d65a8adc965be1f0da8821d8b9ab': { value: 5, currency: 'EUR' },
      },
    },
  },
  {
    stream: 'products',
    data: {
      id: 2,
      name: 'Without times',
      category: '12',
      custom_fields: {},
      prices: [{ product_id: 2, price: 0, currency: 'USD', notes: '' }],
    },
  },
  {
    stream: 'deal_fields',
    data: {
      id: 12,
      key: 'befdcfc4f54b8410b8d9105ba6d44658fd5965b9',
      name: 'Size',
      field_type: 'enum',
      add_time: '2020-12-10 07:23:48',
      options: [
        { id: 17, label: 'L' },
        { id: 'xl', label: 'XL' },
      ],
      description: 'Of the shirt',
      group_id: 3,
      restriction_settings: [],
      user_restrictions: {},
    },
  },
  {
    stream: 'deal_fields',
    data: { id: 13, key: 'won_time', name: 'Won', field_type: 'date', mandatory_flag: { status: '=won' } },
  },
  {
    stream: 'deal_fields',
    data: {
      key: '3ce5b1409718d65a8adc965be1f0da8821d8b9ab_currency',
      name: 'Currency of Size',
      field_type: 'varchar',
      is_subfield: true,
      parent_id: 12,
      id_suffix: '_currency',
      mandatory_flag: false,
    },
  },
  {
    stream: 'activities',
    data: {
      id: 2,
      update_time: '2026-05-15T10:11:08Z',
      attendees: [
        { email: 'a@example.com', is_organizer: true },
        { email_address: 'b@example.com', is_organizer: 0 },
      ],
    },
  },
  { stream: 'files', data: { id: 1, people_name: 'A', update_time: '2026-05-15 10:11:08' } },
  { stream: 'organizations', data: { id: 1, picture_id: 9, update_time: '2026-05-15T10:11:08Z' } },
  {
    stream: 'persons',
    data: { id: 1, ims: [{ value: 'a', label: 'x', primary: true }], update_time: '2026-05-15T10:11:08Z' },
  },
  {
    stream: 'users',
    data: {
      id: 5,
      name: 'Ann',
      is_admin: 1,
      created: '2020-12-10 07:23:44',
      modified: null,
      signup_flow_variation: 'google',
      last_login: '2026-08-04 13:20:30',
      access: [{ app: 'sales', admin: true, permission_set_id: 'x' }],
    },
  },
]

function recorded(): SeedRecord[] {
  const file = process.env.RECORDED_ROWS
  if (file === undefined || file === '') return ROWS
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  const rows = lines.map((line) => JSON.parse(line) as SeedRecord)
  return rows.filter(({ stream }) => findStream(stream))
}

/** Children are read from their parents, which must exist. */
function parentOf({ stream, data }: SeedRecord): SeedRecord[] {
  if (stream === 'deal_products')
    return [
      {
        stream: 'deals',
        data: {
          id: data.deal_id,
          title: 'Parent',
          status: 'open',
          products_count: 1,
          is_deleted: false,
          update_time: '2023-02-22T09:00:00Z',
        },
      },
    ]
  if (stream === 'permission_set_assignments')
    return [{ stream: 'permission_sets', data: { id: data.permission_set_id, name: 'Parent' } }]
  return []
}

test.each([
  { name: 'written from reports of users', rows: ROWS },
  { name: 'recorded', rows: recorded() },
])(
  'rows that were $name are emitted with every value, with zones in their times, valid by their schemas',
  async ({ rows }) => {
    const streams = [...new Set(rows.map(({ stream }) => stream))]
    const keyOf = ({ stream, data }: SeedRecord) => `${stream}/${String(data.id)}`
    const parents = new Map(rows.flatMap(parentOf).map((parent) => [keyOf(parent), parent]))
    for (const row of rows) parents.delete(keyOf(row))
    // The sandbox knows rows by an id, also those that Pipedrive returns without one.
    const seeds = rows.map(({ stream, data }, at) => ({ stream, data: { id: at + 1, ...data } }))
    const sandbox = pipedrive.open({ records: [...seeds, ...parents.values()] })
    const output = await read(sandbox, { streams })

    expect(output.exitCode).toBe(0)
    for (const { stream, data } of rows) {
      expect(output.records(stream)).toContainEqual(expect.objectContaining(withZones(data) as object))
    }
    expect(schemaProblems(output)).toEqual([])
  },
)
