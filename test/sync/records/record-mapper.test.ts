import { describe, expect, test } from '@jest/globals'
import { textOfRecord } from '../../../src/airbyte/record-text.js'
import type { RawRow, Row } from '../../../src/pipedrive/lists/row.js'
import { recordMapper } from '../../../src/sync/records/record-mapper.js'
import { bytesOf } from '../../support/json-bytes.js'
import { specOf } from '../../support/scans.js'

const RUN_START = Date.UTC(2026, 5, 2)

/** A row with a text that tells whether it was passed on: with a blank that JSON.stringify does not write. */
function rowOf(data: RawRow): Row {
  const text = JSON.stringify(data).replace('{', '{ ')
  return { key: '1', time: 0, data, fingerprint: 0, text: bytesOf(text) }
}

async function textOf(row: Row, stream = specOf()): Promise<string | undefined> {
  const { records, size } = await recordMapper(stream, RUN_START).map([row])
  const [text] = records.map(textOfRecord)
  expect(size).toBe(text?.length)
  return text
}

describe('the text of a row', () => {
  test('is passed on where nothing of the row changes', async () => {
    expect(await textOf(rowOf({ id: 1, update_time: '2026-05-15T10:11:59Z' }))).toBe(
      '{ "id":1,"update_time":"2026-05-15T10:11:59Z"}',
    )
  })

  test('is written anew where a time changes', async () => {
    expect(await textOf(rowOf({ id: 1, update_time: '2026-05-15 10:11:59' }))).toBe(
      '{"id":1,"update_time":"2026-05-15T10:11:59Z"}',
    )
  })

  test('is written anew where the row has none', async () => {
    expect(await textOf({ key: '1', time: 0, data: { id: 1n }, fingerprint: 0 })).toBe('{"id":1}')
  })

  const withoutTime = specOf({ cursorField: '_changed_at' })

  test('is followed by a cursor for rows without a time', async () => {
    expect(await textOf(rowOf({ id: 1 }), withoutTime)).toBe('{ "id":1,"_changed_at":"2026-06-02T00:00:00Z"}')
  })

  test('is written anew where the row has the name of such a cursor: a record has each name once', async () => {
    expect(await textOf(rowOf({ _changed_at: 5, id: 1 }), withoutTime)).toBe(
      '{"_changed_at":"2026-06-02T00:00:00Z","id":1}',
    )
  })

  const KEY = 'd4668a5e074e0240c726132ec66db6e58d8d12d8'
  const v1 = specOf({ api: 'v1', customFields: 'deal' })

  test('is followed by the custom fields of a v1 row', async () => {
    expect(await textOf(rowOf({ id: 1, [KEY]: 'A' }), v1)).toBe(
      `{ "id":1,"${KEY}":"A","custom_fields":{"${KEY}":"A"}}`,
    )
  })

  test('fails the stream where the row is nested too deeply, though it need not be serialised', async () => {
    const deep = `{"id":1,"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`
    const row = { key: '1', time: 0, data: JSON.parse(deep) as RawRow, fingerprint: 0, text: bytesOf(deep) }
    await expect(recordMapper(specOf(), RUN_START).map([row])).rejects.toThrow('nested too deeply')
  })
})
