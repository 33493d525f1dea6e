import { expect, test } from '@jest/globals'
import { http, HttpResponse } from 'msw'
import type { Sandbox } from '../../../sandbox/sandbox.js'
import { read } from '../../support/connector.js'
import type { Output } from '../../support/output.js'
import { pipedriveServer } from '../../support/sandbox.js'

const pipedrive = pipedriveServer()
const HOST = 'https://api.pipedrive.com'

/** As doubles, the first two are one number. */
const IDS = ['9007199254740993', '9007199254740992', '123456789012345678901', '7']

function serve(path: string, rowsOf: (params: URLSearchParams) => string[]): void {
  pipedrive.use(
    http.get(`${HOST}${path}`, ({ request }) => {
      const rows = rowsOf(new URL(request.url).searchParams)
      const more = '"additional_data":{"next_cursor":null,"pagination":{"more_items_in_collection":false}}'
      return new HttpResponse(`{"success":true,"data":[${rows.join(',')}],${more}}`)
    }),
  )
}

/** A company whose ids have more digits than a double holds. */
function open(value = '1'): Sandbox {
  const sandbox = pipedrive.open({ records: [] })
  const time = '"update_time":"2026-05-15T10:11:08Z"'
  const wide = IDS.map(
    (id) => `{"id":${id},"owner_id":${id},"value":${value},"custom_fields":{"a":${id}},${time}}`,
  )
  serve('/api/v2/deals', () => wide)
  serve('/api/v2/deals/archived', () => [])
  serve('/api/v2/products', () => wide)
  serve('/v1/notes', () => wide)
  serve('/v1/files', () => wide)
  serve('/v1/users', () => wide)
  serve('/api/v2/deals/products', (params) =>
    (params.get('deal_ids') ?? '').split(',').map((id) => `{"id":${id}0,"deal_id":${id},"quantity":1}`),
  )
  return sandbox
}

const STREAMS = ['deals', 'products', 'notes', 'files', 'users', 'deal_products']

/** The fields of the stream's RECORD lines as they stand there, digits and all. */
function written(output: Output, stream: string, field: string): string[] {
  const lines = output.text
    .split('\n')
    .filter((line) => line.startsWith(`{"type":"RECORD","record":{"stream":"${stream}"`))
  return lines.flatMap((line) => new RegExp(`"${field}":(-?\\d+|null)`).exec(line)?.[1] ?? [])
}

test('integers beyond 2^53 keep every digit, as keys too, and unchanged rows are not emitted again', async () => {
  const sandbox = open()
  const first = await read(sandbox, { streams: STREAMS })
  expect(first.exitCode).toBe(0)
  for (const stream of STREAMS.filter((name) => name !== 'deal_products')) {
    for (const field of ['id', 'owner_id', 'a'])
      expect([stream, field, new Set(written(first, stream, field))]).toEqual([stream, field, new Set(IDS)])
    expect([stream, written(first, stream, 'id').length]).toEqual([stream, IDS.length])
  }
  expect(new Set(written(first, 'deal_products', 'deal_id'))).toEqual(new Set(IDS))
  expect(new Set(written(first, 'deal_products', 'id'))).toEqual(new Set(IDS.map((id) => `${id}0`)))

  const second = await read(sandbox, { streams: STREAMS, state: first.stateFile() })
  expect([second.exitCode, second.recordCounts()]).toEqual([0, {}])
})

test.each([
  { name: '1e400', value: '1e400' },
  { name: '-1e400', value: '-1e400' },
  { name: '500 digits', value: '1'.repeat(500) },
])('a number that cannot be kept becomes null, and the record says so: $name', async ({ value }) => {
  const output = await read(open(value), { streams: ['deals', 'users'] })
  expect(output.exitCode).toBe(0)
  for (const { record } of output.messages) {
    if (!record) continue
    expect(record.data.value).toBeNull()
    expect(record.meta?.changes).toEqual([
      { field: 'value', change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' },
    ])
  }
  expect(new Set(written(output, 'deals', 'id'))).toEqual(new Set(IDS))
})

test('digits are kept in records that also have a secret or invalid Unicode', async () => {
  const sandbox = open('"token-0123456789 and \\u0000 and \\ud800"')
  // Masked like the token that is used.
  const authorization = { auth_type: 'Token', api_token: 'token-0123456789' }
  const output = await read(sandbox, { streams: ['users'], config: { authorization } })
  expect(output.exitCode).toBe(0)
  expect(new Set(written(output, 'users', 'id'))).toEqual(new Set(IDS))
  expect(output.records('users').map(({ value }) => value)).toEqual(
    IDS.map(() => '**** and \ufffd and \ufffd'),
  )
})
