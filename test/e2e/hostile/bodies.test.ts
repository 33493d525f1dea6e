import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { http, HttpResponse, passthrough } from 'msw'
import type { Output } from '../../support/output.js'
import { read } from '../../support/connector.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { seedRows } from '../../support/seed-rows.js'
import { inVirtualTime } from '../../support/time.js'

const pipedrive = pipedriveServer()
const HOST = 'https://api.pipedrive.com'
const LIMIT = 64 * 1024 * 1024

/** What fails is one stream, with an error of its own; the others are complete. */
function expectOneFailure(output: Output, stream: string, others: readonly string[], message: RegExp): void {
  expect(output.exitCode).toBe(1)
  expect(output.statuses(stream).at(-1)).toBe('INCOMPLETE')
  for (const other of others) expect([other, output.statuses(other).at(-1)]).toEqual([other, 'COMPLETE'])
  expect(output.errors()).toMatchObject([
    { message: expect.stringMatching(message), stream_descriptor: { name: stream } },
  ])
}

/** A JSON body with a row whose text alone is larger than the connector reads, as gzip of some 64 KB. */
const hugeBody = (() => {
  const text = Buffer.alloc(LIMIT + 1, 'a')
  text.write('{"success":true,"data":[{"id":3,"title":"')
  text.write('"}]}', LIMIT - 3)
  return gzipSync(text, { level: 1 })
})()

function huge(): HttpResponse<ReadableStream> {
  const headers = { 'content-encoding': 'gzip' }
  return new HttpResponse(new Response(hugeBody).body as ReadableStream, { headers })
}

/** The states, as after syncs in which larger pages of the list took too long. */
function withSmallPages(states: readonly object[], list: string): object[] {
  const pageSize = { value: 8, at: new Date().toISOString() }
  return JSON.parse(JSON.stringify(states), (key, value: object) =>
    key === 'stream_state' ? { ...value, facts: { [list]: { pageSize } } } : value,
  ) as object[]
}

test('a single row that is too large is an error of its stream, after ever smaller pages', async () => {
  const sandbox = pipedrive.open({ deals: 5 })
  const state = withSmallPages((await read(sandbox, { streams: ['pipelines'] })).stateFile(), 'pipelines')
  const limits: number[] = []
  pipedrive.use(
    http.get(`${HOST}/api/v2/pipelines`, ({ request }) => {
      limits.push(Number(new URL(request.url).searchParams.get('limit')))
      return huge()
    }),
  )
  const output = await read(sandbox, { streams: ['pipelines', 'users'], state })
  expectOneFailure(
    output,
    'pipelines',
    ['users'],
    /more than 64 MB.*one of them is too large\. Shorten its texts/,
  )
  expect(limits).toEqual([8, 4, 2, 1])
})

test('a page that is too large is requested in parts, and no row is lost', async () => {
  const sandbox = pipedrive.open({ records: seedRows('stages', 300) })
  pipedrive.use(
    http.get(`${HOST}/api/v2/stages`, ({ request }) =>
      Number(new URL(request.url).searchParams.get('limit')) > 250 ? huge() : undefined,
    ),
  )
  const output = await read(sandbox, { streams: ['stages'] })
  expect(output.exitCode).toBe(0)
  expect(output.records('stages')).toHaveLength(sandbox.rows('stages').length)
})

test.each(['users', 'deals', 'notes', 'deal_fields'])(
  'a row of %s that is nested 10,000 levels deep is an error of that stream',
  async (stream) => {
    const sandbox = pipedrive.open({ deals: 5 })
    const paths = {
      users: '/v1/users',
      deals: '/api/v2/deals',
      notes: '/v1/notes',
      deal_fields: '/v1/dealFields',
    }
    const deep = `${'[{"a":'.repeat(5_000)}1${'}]'.repeat(5_000)}`
    pipedrive.use(
      http.get(`${HOST}${paths[stream as keyof typeof paths]}`, () => {
        const row = `{"id":1,"key":"a","update_time":"2026-01-02T03:04:05Z","deep":${deep}}`
        return new HttpResponse(`{"success":true,"data":[${row}],"additional_data":{"next_cursor":null}}`)
      }),
    )
    const output = await inVirtualTime(() => read(sandbox, { streams: [stream, 'filters', 'persons'] }))
    expectOneFailure(output, stream, ['filters', 'persons'], /nested too deeply/)
  },
)

/** A body that starts at once and then sends a character per interval, if any. */
function endless(everyMs?: number): HttpResponse<ReadableStream> {
  const encoder = new TextEncoder()
  let timer: NodeJS.Timeout | undefined
  const body = new ReadableStream({
    start: (controller) => {
      controller.enqueue(encoder.encode('{"success":true,"data":['))
      if (everyMs === undefined) return
      timer = setInterval(() => {
        controller.enqueue(encoder.encode(' '))
      }, everyMs)
    },
    cancel: () => {
      clearInterval(timer)
    },
  })
  return new HttpResponse(body)
}

test.each([
  { name: 'never ends', everyMs: undefined },
  { name: 'drips a character per second', everyMs: 1_000 },
])('a body that $name is an error of its stream', async ({ everyMs }) => {
  // With a latency, lists are read side by side.
  const sandbox = pipedrive.open({ deals: 5, latencyMs: 200 })
  pipedrive.use(http.get(`${HOST}/v1/notes`, () => endless(everyMs)))
  const output = await inVirtualTime(() => read(sandbox, { streams: ['notes', 'users', 'deals'] }))
  expectOneFailure(output, 'notes', ['users', 'deals'], /did not answer in time/)
})

test.each([
  {
    name: 'a page of HTML',
    body: '<html>Sign in</html>',
    message: /without usable data \("a page of HTML"\)/,
  },
  {
    name: 'the reason of a failure',
    body: '{"success":false,"error":"Account is locked"}',
    message: /without usable data \("Account is locked"\)/,
  },
  { name: 'nothing', body: '', message: /without usable data \("an empty body"\)/ },
  { name: 'a list of numbers', body: '{"success":true,"data":[1,2]}', message: /cannot be read reliably/ },
  { name: 'a text as data', body: '{"success":true,"data":"x"}', message: /cannot be read reliably/ },
])('a 200 with $name is an error of its stream that says so', async ({ body, message }) => {
  const sandbox = pipedrive.open({ deals: 5 })
  pipedrive.use(http.get(`${HOST}/v1/notes`, () => new HttpResponse(body)))
  const output = await inVirtualTime(() => read(sandbox, { streams: ['notes', 'users'] }))
  expectOneFailure(output, 'notes', ['users'], message)
})

test('a redirect is an error of its stream, and is not followed', async () => {
  const sandbox = pipedrive.open({ deals: 5 })
  const location = 'https://evil.example/v1/notes'
  pipedrive.use(
    http.get(`${HOST}/v1/notes`, () => new HttpResponse(null, { status: 302, headers: { location } })),
    http.get(location, () => passthrough()),
  )
  const output = await inVirtualTime(() => read(sandbox, { streams: ['notes', 'users'] }))
  expectOneFailure(output, 'notes', ['users'], /redirected a request \(HTTP 302\).*Check base_url/)
  expect(pipedrive.sent.map(({ url }) => new URL(url).host)).not.toContain('evil.example')
})
