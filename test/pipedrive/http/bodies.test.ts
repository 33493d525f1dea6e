import { gzipSync } from 'node:zlib'
import { expect, jest, test } from '@jest/globals'
import { http, HttpResponse } from 'msw'
import { Client, type ClientOptions } from '../../../src/pipedrive/client.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { inVirtualTime } from '../../support/time.js'

const pipedrive = pipedriveServer()
const SECOND = 1_000
const LIMIT = 64 * 1024 * 1024
const START = '{"success":true,"data":"'
const END = '"}'

function openClient(options: Partial<ClientOptions> = {}, turn?: () => Promise<void>) {
  const client = new Client({
    credentials: { kind: 'api_token', apiToken: 'token' },
    plan: 'lite',
    ...options,
  })
  const users = { api: 'v1', path: '/users', params: {}, cost: 2, label: 'users' } as const
  return () => client.request({ ...users, ...(turn && { turn }) })
}

/** Answers every request with this body, and counts the requests. */
function serve(body: () => HttpResponse<string | ReadableStream>) {
  const served = { requests: 0 }
  pipedrive.use(
    http.get('https://api.pipedrive.com/v1/users', () => {
      served.requests += 1
      return body()
    }),
  )
  return served
}

/** A JSON body that has this many bytes after decompression. */
function compressed(bytes: number): HttpResponse<ReadableStream> {
  const text = Buffer.alloc(bytes, 'a')
  text.write(START)
  text.write(END, bytes - END.length)
  const body = new Response(gzipSync(text, { level: 1 })).body as ReadableStream
  return new HttpResponse(body, { headers: { 'content-encoding': 'gzip' } })
}

/** A body whose start comes at once, and then a character of it every so often. */
function dripping(everyMs: number): HttpResponse<ReadableStream> {
  const encoder = new TextEncoder()
  let timer: NodeJS.Timeout | undefined
  const body = new ReadableStream({
    start: (controller) => {
      controller.enqueue(encoder.encode(START))
      timer = setInterval(() => {
        controller.enqueue(encoder.encode('a'))
      }, everyMs)
    },
    cancel: () => {
      clearInterval(timer)
    },
  })
  return new HttpResponse(body)
}

test('a body of 64 MB is read', async () => {
  serve(() => compressed(LIMIT))
  const { textLength } = await openClient()()
  expect(textLength).toBe(LIMIT)
})

test('a body that decompresses to more than 64 MB fails as too large, and is not requested again', async () => {
  const served = serve(() => compressed(LIMIT + 1))
  await expect(openClient()()).rejects.toMatchObject({ name: 'ApiError', kind: 'too_large' })
  expect(served.requests).toBe(1)
})

test.each([
  { name: 'drips a character per second', everyMs: SECOND },
  { name: 'never ends', everyMs: 3600 * SECOND },
])('a body that $name ends with the time limit of the attempt', async ({ everyMs }) => {
  const served = serve(() => dripping(everyMs))
  const request = openClient({ attemptTimeoutMs: 20 * SECOND, totalTimeoutMs: SECOND })
  const { error, took } = await inVirtualTime(async () => {
    const startedAt = Date.now()
    const error = await request().catch((reason: unknown) => reason)
    return { error, took: Date.now() - startedAt }
  })
  expect(error).toMatchObject({ name: 'ApiError', kind: 'timeout' })
  expect(took).toBeGreaterThanOrEqual(20 * SECOND)
  expect(took).toBeLessThan(21 * SECOND)
  expect(served.requests).toBe(1)
})

test('a body that is nested 10,000 levels deep is read', async () => {
  const depth = 10_000
  serve(() => new HttpResponse(`{"success":true,"data":${'['.repeat(depth)}${']'.repeat(depth)}}`))
  expect((await openClient()()).body.data).toEqual(expect.any(Array))
})

test('A body keeps its characters, whether it is ASCII or not, and with a byte order mark or without.', async () => {
  const texts = ['plain', 'Zoë, 東京, 🙂']
  for (const text of texts) {
    for (const mark of ['', '\uFEFF']) {
      serve(() => new HttpResponse(`${mark}${START}${text}${END}`))
      expect((await openClient()()).body.data).toBe(text)
    }
  }
})

test.each([
  { name: 'A response', text: '{"success":true,"data":[{"id":1,"a":"é"}]}', isKept: true },
  { name: 'One with an integer beyond 2^53', text: '{"success":true,"data":[{"a":9007199254740993}]}' },
  { name: 'One with a number beyond a double', text: '{"success":true,"data":[{"id":1,"a":1e400}]}' },
  { name: 'One that is not UTF-8', text: '{"success":true,"data":[{"id":1,"a":"é"}]}', encoding: 'latin1' },
] as const)('$name has its bytes only where they say the same as its body: $text', async (served) => {
  const { text, encoding = 'utf8', isKept = false } = { encoding: undefined, isKept: undefined, ...served }
  const bytes = new Uint8Array(Buffer.from(text, encoding))
  for (const turn of [undefined, () => Promise.resolve()]) {
    serve(() => new HttpResponse(new Response(bytes).body as ReadableStream))
    const response = await openClient({}, turn)()
    expect(response.bytes?.text()).toBe(isKept ? text : undefined)
  }
})

test('A response is not parsed before its turn.', async () => {
  serve(() => new HttpResponse(`${START}${END}`))
  const parse = jest.spyOn(JSON, 'parse')
  const parsed: number[] = []
  await openClient({}, () => Promise.resolve(void parsed.push(parse.mock.calls.length)))()
  parsed.push(parse.mock.calls.length)
  parse.mockRestore()
  expect(parsed).toEqual([0, 1])
})
