import { describe, expect, test } from '@jest/globals'
import type { ApiErrorKind } from '../../../src/pipedrive/http/api-error.js'
import { parseResponse, type RawResponse } from '../../../src/pipedrive/http/response.js'

const parse = (response: RawResponse, api: 'v1' | 'v2' = 'v1') => parseResponse(response, api)
const refusal = (error: string) => JSON.stringify({ success: false, error, error_info: 'see docs' })
const HTML = '<!DOCTYPE html><title>Attention Required! | Cloudflare</title>'

test('null for no rows is not believed of v2, whose lists would end by it', () => {
  const text = JSON.stringify({ success: true, data: null, additional_data: null })
  expect(parse({ status: 200, headers: {}, text }, 'v2')).toMatchObject({
    failure: { kind: 'malformed_body' },
  })
})

describe('an answer is believed', () => {
  test.each([
    { name: 'with rows', body: { success: true, data: [{ id: 1 }], additional_data: { next_cursor: null } } },
    { name: 'with no rows', body: { success: true, data: [] } },
    { name: 'with null for no rows, as v1 writes it', body: { success: true, data: null } },
    { name: 'with one object', body: { success: true, data: { id: 1 } } },
  ])('$name', ({ body }) => {
    expect(parse({ status: 200, headers: {}, text: JSON.stringify(body) })).toEqual({ body })
  })
})

describe('an answer of 200 is not believed', () => {
  test.each([
    { name: 'when it is empty', text: '', detail: 'an empty answer' },
    { name: 'when it is blank', text: ' \n', detail: 'an empty answer' },
    { name: 'when it is null', text: 'null', detail: 'null for an answer' },
    { name: 'when it is cut off', text: '{"success":true,"data":[{"id":1', detail: 'a cut-off answer' },
    { name: 'when it is HTML', text: HTML, detail: 'a cut-off answer' },
    { name: 'when it is a list', text: '[]', detail: 'a cut-off answer' },
    { name: 'when it says that it failed', text: refusal('Try later'), detail: 'Try later' },
    {
      name: 'when it says so with data',
      text: '{"success":false,"data":[]}',
      detail: 'no data in the answer',
    },
    { name: 'when it does not say that it succeeded', text: '{"data":[]}', detail: 'no data in the answer' },
    { name: 'when success is no boolean', text: '{"success":1,"data":[]}', detail: 'no data in the answer' },
    { name: 'when it has no data', text: '{"success":true}', detail: 'no data in the answer' },
    {
      name: 'when its error is no text',
      text: '{"success":false,"error":{}}',
      detail: 'no data in the answer',
    },
  ])('$name', ({ text, detail }) => {
    expect(parse({ status: 200, headers: {}, text })).toEqual({
      failure: { kind: 'malformed_body', status: 200, detail },
    })
  })
})

describe('a status is a fault of its kind', () => {
  test.each<{ status: number; kind: ApiErrorKind }>([
    { status: 400, kind: 'bad_request' },
    { status: 401, kind: 'unauthorized' },
    { status: 402, kind: 'payment_required' },
    { status: 403, kind: 'forbidden' },
    { status: 404, kind: 'not_found' },
    { status: 407, kind: 'proxy' },
    { status: 410, kind: 'gone' },
    { status: 415, kind: 'unsupported' },
    { status: 429, kind: 'rate_limited' },
    { status: 500, kind: 'server' },
    { status: 501, kind: 'server' },
    { status: 502, kind: 'server' },
    { status: 503, kind: 'server' },
    { status: 504, kind: 'server' },
    { status: 520, kind: 'server' },
    { status: 599, kind: 'server' },
    { status: 201, kind: 'unexpected_status' },
    { status: 204, kind: 'unexpected_status' },
    { status: 301, kind: 'unexpected_status' },
    { status: 302, kind: 'unexpected_status' },
    { status: 304, kind: 'unexpected_status' },
    { status: 405, kind: 'unexpected_status' },
    { status: 418, kind: 'unexpected_status' },
    { status: 422, kind: 'unexpected_status' },
  ])('$status: $kind', ({ status, kind }) => {
    expect(parse({ status, headers: {}, text: refusal('No.') })).toEqual({
      failure: { kind, status, detail: 'No.' },
    })
  })

  test('even if the body says success', () => {
    const text = JSON.stringify({ success: true, data: [] })
    expect(parse({ status: 500, headers: {}, text })).toEqual({ failure: { kind: 'server', status: 500 } })
  })

  test.each([401, 404, 429, 502])('%i, with a body that nobody can read', (status) => {
    const readable = parse({ status, headers: {}, text: '{}' })
    expect(parse({ status, headers: {}, text: HTML })).toEqual(readable)
  })
})

describe('a 403 is', () => {
  test.each<{ name: string; text: string; kind: ApiErrorKind }>([
    { name: 'a block when Cloudflare answers in HTML', text: HTML, kind: 'blocked' },
    { name: 'a block when there is nothing to read', text: '', kind: 'blocked' },
    {
      name: 'a missing scope when it says so',
      text: refusal('Scope and URL mismatch'),
      kind: 'scope_missing',
    },
    { name: 'a missing scope in any case', text: refusal('insufficient SCOPES'), kind: 'scope_missing' },
    { name: 'a missing permission otherwise', text: refusal('Access denied'), kind: 'forbidden' },
    { name: 'a missing permission when it says nothing', text: '{}', kind: 'forbidden' },
  ])('$name', ({ text, kind }) => {
    expect(parse({ status: 403, headers: {}, text })).toMatchObject({ failure: { kind } })
  })
})

describe('a 429 is', () => {
  const left = (tokens: unknown) => ({ 'x-daily-ratelimit-token-remaining': tokens })
  const MINUTE = 60

  test.each<{ name: string; headers?: Record<string, unknown>; text?: string; kind: ApiErrorKind }>([
    { name: 'a burst with no more to go by', kind: 'rate_limited' },
    { name: 'a burst while tokens are left', headers: left('250'), kind: 'rate_limited' },
    { name: 'a burst in HTML', text: HTML, kind: 'rate_limited' },
    { name: 'the daily budget when no token is left', headers: left('0'), kind: 'daily_budget_spent' },
    {
      name: 'the daily budget in HTML when no token is left',
      headers: left('0'),
      text: HTML,
      kind: 'daily_budget_spent',
    },
    {
      name: 'the daily budget when it says so',
      text: refusal('Daily limit exceeded'),
      kind: 'daily_budget_spent',
    },
    {
      name: 'the daily budget when it says so, however soon it ends',
      headers: { 'retry-after': '3' },
      text: refusal('daily request budget exceeded'),
      kind: 'daily_budget_spent',
    },
    {
      name: 'a burst when it lasts five minutes',
      headers: { 'retry-after': String(5 * MINUTE) },
      kind: 'rate_limited',
    },
    {
      name: 'the daily budget when it lasts longer than five minutes',
      headers: { 'retry-after': String(5 * MINUTE + 1) },
      kind: 'daily_budget_spent',
    },
    {
      name: 'the daily budget when the reset is further away than that',
      headers: { 'x-ratelimit-reset': '86400' },
      kind: 'daily_budget_spent',
    },
    {
      name: 'the daily budget when it lasts long, in HTML',
      headers: { 'retry-after': '3939' },
      text: HTML,
      kind: 'daily_budget_spent',
    },
    {
      name: 'a burst when its wait is a moment in seconds since 1970',
      headers: { 'x-ratelimit-reset': '1790000000' },
      kind: 'rate_limited',
    },
    {
      name: 'a burst when its wait is a moment in milliseconds since 1970',
      headers: { 'retry-after': '1790000000000' },
      kind: 'rate_limited',
    },
    {
      name: 'the daily budget when it ends at a date hours after the server’s own',
      headers: { 'retry-after': 'Sat, 01 Jan 2000 05:00:00 GMT', date: 'Sat, 01 Jan 2000 00:00:00 GMT' },
      kind: 'daily_budget_spent',
    },
    {
      name: 'a burst when it ends at a date seconds after the server’s own',
      headers: { 'retry-after': 'Sat, 01 Jan 2000 00:00:02 GMT', date: 'Sat, 01 Jan 2000 00:00:00 GMT' },
      kind: 'rate_limited',
    },
  ])('$name', ({ headers = {}, text = refusal('request over limit'), kind }) => {
    expect(parse({ status: 429, headers, text })).toMatchObject({ failure: { kind, status: 429 } })
  })

  // Compared as the text '0', while every other reading of this header goes by `dailyTokens`.
  test.each([{ tokens: 0 }, { tokens: ' 0' }, { tokens: ['0'] }])(
    'the daily budget when no token is left, written as $tokens',
    ({ tokens }) => {
      const text = refusal('request over limit')
      expect(parse({ status: 429, headers: left(tokens), text })).toMatchObject({
        failure: { kind: 'daily_budget_spent' },
      })
    },
  )

  test.each<{ name: string; headers: Record<string, unknown>; resetsInMs: number | undefined }>([
    { name: 'as retry-after says', headers: { 'retry-after': '3939' }, resetsInMs: 3_939_000 },
    {
      name: 'as retry-after says, not as the burst window',
      headers: { 'retry-after': '3939', 'x-ratelimit-reset': '2' },
      resetsInMs: 3_939_000,
    },
    {
      name: 'at the date that retry-after names, by the server’s clock',
      headers: { 'retry-after': 'Sat, 01 Jan 2000 05:00:00 GMT', date: 'Sat, 01 Jan 2000 00:00:00 GMT' },
      resetsInMs: 18_000_000,
    },
    { name: 'unknown without retry-after', headers: {}, resetsInMs: undefined },
    {
      name: 'unknown by the burst window alone',
      headers: { 'x-ratelimit-reset': '3939' },
      resetsInMs: undefined,
    },
    {
      name: 'unknown after seconds, which say nothing of the day',
      headers: { 'retry-after': '3' },
      resetsInMs: undefined,
    },
    { name: 'unknown after five minutes', headers: { 'retry-after': '300' }, resetsInMs: undefined },
    { name: 'unknown after a text', headers: { 'retry-after': 'tomorrow' }, resetsInMs: undefined },
  ])('the daily budget, which returns $name', ({ headers, resetsInMs }) => {
    const text = refusal('daily request budget exceeded')
    expect(parse({ status: 429, headers, text })).toEqual({
      failure: {
        kind: 'daily_budget_spent',
        status: 429,
        detail: 'daily request budget exceeded',
        ...(resetsInMs !== undefined && { resetsInMs }),
      },
    })
  })

  test('without a return when it is a burst', () => {
    const headers = { 'retry-after': '120' }
    expect(parse({ status: 429, headers, text: refusal('request over limit') })).toEqual({
      failure: { kind: 'rate_limited', status: 429, detail: 'request over limit' },
    })
  })
})
