import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { configureCatalog, readCatalog } from '../../src/airbyte/catalog.js'
import type { AirbyteStream } from '../../src/airbyte/messages.js'
import { newFolder } from '../support/folder.js'

const folder = newFolder()

function file(content: unknown): string {
  const path = join(folder, 'catalog.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const entry = (name: string, more: object = {}) => ({ stream: { name, json_schema: {} }, ...more })

describe('a configured catalog is read', () => {
  test.each([
    { name: 'with no streams', streams: [], read: [] },
    {
      name: 'in its order, with its sync modes',
      streams: [entry('deals', { sync_mode: 'incremental' }), entry('users', { sync_mode: 'full_refresh' })],
      read: [
        { name: 'deals', syncMode: 'incremental', properties: {} },
        { name: 'users', syncMode: 'full_refresh', properties: {} },
      ],
    },
    {
      name: 'with the nulls and unknown keys that serializers add',
      streams: [
        {
          stream: { name: 'deals', namespace: null, json_schema: null, is_file_based: null },
          sync_mode: 'incremental',
          cursor_field: null,
          generation_id: null,
          new_key: 1,
        },
      ],
      read: [{ name: 'deals', syncMode: 'incremental', properties: {} }],
    },
    {
      name: 'with the properties of the schemas, which are the selected columns',
      streams: [{ stream: { name: 'deals', json_schema: { properties: { id: { type: 'integer' } } } } }],
      read: [{ name: 'deals', syncMode: 'full_refresh', properties: { id: { type: 'integer' } } }],
    },
    {
      name: 'with full_refresh where no mode is given',
      streams: [entry('deals'), entry('users', { sync_mode: null })],
      read: [
        { name: 'deals', syncMode: 'full_refresh', properties: {} },
        { name: 'users', syncMode: 'full_refresh', properties: {} },
      ],
    },
    {
      name: 'with unknown streams, which the plan reports',
      streams: [entry('gone')],
      read: [{ name: 'gone', syncMode: 'full_refresh', properties: {} }],
    },
  ])('$name', async ({ streams, read }) => {
    expect(await readCatalog(file({ streams, extra: null }))).toEqual(read)
  })

  test('behind a byte-order mark', async () => {
    expect(await readCatalog(file(`\uFEFF${JSON.stringify({ streams: [entry('deals')] })}\n`))).toHaveLength(
      1,
    )
  })
})

describe('a configured catalog is refused with a config error', () => {
  test.each([
    { name: 'if it is not JSON', content: '{"streams": [', says: 'is not valid JSON' },
    { name: 'if it is empty', content: ' \n', says: 'is empty. Check the path' },
    { name: 'if it is a list', content: [], says: 'has no "streams" list' },
    { name: 'if it is null', content: 'null', says: 'has no "streams" list' },
    { name: 'without streams', content: {}, says: 'has no "streams" list' },
    { name: 'with streams that are not a list', content: { streams: {} }, says: 'has no "streams" list' },
    { name: 'with an entry that is null', content: { streams: [null] }, says: 'Entry 1' },
    { name: 'with an entry that is a name', content: { streams: ['deals'] }, says: 'Entry 1' },
    { name: 'with an entry without a stream', content: { streams: [entry('a'), {}] }, says: 'Entry 2' },
    { name: 'with a stream that is null', content: { streams: [{ stream: null }] }, says: 'Entry 1' },
    { name: 'with a stream without a name', content: { streams: [{ stream: {} }] }, says: 'Entry 1' },
    {
      name: 'with a name that is not a text',
      content: { streams: [{ stream: { name: 5 } }] },
      says: 'Entry 1',
    },
    {
      name: 'if it is the output of discover',
      content: { streams: [{ name: 'deals', json_schema: {} }] },
      says: 'This looks like the output of discover.',
    },
    {
      name: 'with an unknown sync mode',
      content: { streams: [entry('deals', { sync_mode: 'sometimes' })] },
      says: 'sync_mode "sometimes" for "deals"',
    },
    {
      name: 'if it has a stream twice',
      content: { streams: [entry('deals'), entry('users'), entry('deals')] },
      says: 'the stream "deals" twice',
    },
  ])('$name', async ({ content, says }) => {
    const path = file(content)
    await expect(readCatalog(path)).rejects.toMatchObject({
      failureType: 'config_error',
      message: expect.stringContaining(says) as unknown,
    })
    await expect(readCatalog(path)).rejects.toThrow(path)
  })

  test('if the file does not exist', async () => {
    await expect(readCatalog(join(folder, 'none.json'))).rejects.toThrow('does not exist. Check the path')
  })

  test('if it is a folder', async () => {
    await expect(readCatalog(folder)).rejects.toThrow('is a folder')
  })
})

describe('a configured catalog is written', () => {
  const deals: AirbyteStream = {
    name: 'deals',
    json_schema: { properties: {} },
    supported_sync_modes: ['full_refresh', 'incremental'],
    source_defined_cursor: true,
    default_cursor_field: ['update_time'],
    source_defined_primary_key: [['id']],
  }
  const fields: AirbyteStream = {
    name: 'deal_fields',
    json_schema: { properties: {} },
    supported_sync_modes: ['full_refresh'],
  }

  test.each([
    {
      name: 'with incremental where the stream supports it',
      mode: 'incremental',
      configured: [
        ['incremental', 'append_dedup', ['update_time'], [['id']]],
        ['full_refresh', 'overwrite', [], []],
      ],
    },
    {
      name: 'with full_refresh if that is asked for',
      mode: 'full_refresh',
      configured: [
        ['full_refresh', 'overwrite', ['update_time'], [['id']]],
        ['full_refresh', 'overwrite', [], []],
      ],
    },
  ] as const)('$name', async ({ mode, configured }) => {
    const catalog = configureCatalog([deals, fields], mode)
    expect(
      catalog.streams.map((stream) => [
        stream.sync_mode,
        stream.destination_sync_mode,
        stream.cursor_field,
        stream.primary_key,
      ]),
    ).toEqual(configured)
    expect(catalog.streams.map(({ stream }) => stream)).toEqual([deals, fields])
    expect((await readCatalog(file(catalog))).map(({ syncMode }) => syncMode)).toEqual(
      configured.map(([syncMode]) => syncMode),
    )
  })
})
