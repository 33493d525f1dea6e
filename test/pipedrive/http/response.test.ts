import { describe, expect, test } from '@jest/globals'
import type { ApiErrorKind } from '../../../src/pipedrive/http/api-error.js'
import { parseResponse, type RawResponse } from '../../../src/pipedrive/http/response.js'
import { contentOf } from '../../support/content.js'

const parse = (response: RawResponse, api: 'v1' | 'v2' = 'v1') => parseResponse(response, api)
const refusal = (error: string) => JSON.stringify({ success: false, error, error_info: 'see docs' })
const HTML = '<!DOCTYPE html><title>Attention Required! | Cloudflare</title>'

test('a v2 response with null for data is malformed: it would end a list too early', () => {
  const text = JSON.stringify({ success: true, data: null, additional_data: null })
  expect(parse({ status: 200, headers: {}, content: contentOf(text) }, 'v2')).toMatchObject({
    failure: { kind: 'malformed_body' },
  })
})

describe('a valid response', () => {
  test.each([
    { name: 'rows', body: { success: true, data: [{ id: 1 }], additional_data: { next_cursor: null } } },
    { name: 'no rows', body: { success: true, data: [] } },
    { name: 'null for no rows, as v1 writes it', body: { success: true, data: null } },
    { name: 'one object', body: { success: true, data: { id: 1 } } },
  ])('a v1 response with $name is valid', ({ body }) => {
    const text = JSON.stringify(body)
    expect(parse({ status: 200, headers: {}, content: contentOf(text) })).toEqual({ body, isExact: true })
  })

  test('is not exact where integers are beyond 2^53: rows cut out of it would bypass what becomes of these', () => {
    const text = '{"success":true,"data":[{"id":9007199254740993}]}'
    const body = { success: true, data: [{ id: 9007199254740993n }] }
    expect(parse({ status: 200, headers: {}, content: contentOf(text) })).toEqual({ body, isExact: false })
  })
})

describe('a malformed response', () => {
  test.each([
    { name: 'is empty', text: '', detail: 'an empty body' },
    { name: 'is blank', text: ' \n', detail: 'an empty body' },
    { name: 'is null', text: 'null', detail: 'JSON that is not an object' },
    { name: 'is truncated', text: '{"success":true,"data":[{"id":1', detail: 'truncated or invalid JSON' },
    { name: 'is HTML', text: HTML, detail: 'a page of HTML' },
    { name: 'is a list', text: '[]', detail: 'JSON that is not an object' },
    { name: 'has success: false and an error', text: refusal('Try later'), detail: 'Try later' },
    {
      name: 'has success: false and data',
      text: '{"success":false,"data":[]}',
      detail: 'no data in the body',
    },
    { name: 'has no success field', text: '{"data":[]}', detail: 'no data in the body' },
    {
      name: 'has a success field that is not a boolean',
      text: '{"success":1,"data":[]}',
      detail: 'no data in the body',
    },
    { name: 'has no data', text: '{"success":true}', detail: 'no data in the body' },
    {
      name: 'has an error that is not a text',
      text: '{"success":false,"error":{}}',
      detail: 'no data in the body',
    },
  ])('a response of 200 whose body $name is malformed', ({ text, detail }) => {
    expect(parse({ status: 200, headers: {}, content: contentOf(text) })).toEqual({
      failure: { kind: 'malformed_body', status: 200, detail },
    })
  })
})

describe('a status other than 200', () => {
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
  ])('a response of status $status is a failure of the kind $kind', ({ status, kind }) => {
    expect(parse({ status, headers: {}, content: contentOf(refusal('No.')) })).toEqual({
      failure: { kind, status, detail: 'No.' },
    })
  })

  test('a status of 500 is a failure even if the body has success: true', () => {
    const text = JSON.stringify({ success: true, data: [] })
    expect(parse({ status: 500, headers: {}, content: contentOf(text) })).toEqual({
      failure: { kind: 'server', status: 500 },
    })
  })

  test.each([401, 404, 429, 502])(
    'a response of status %i with a body of HTML is the same failure as with one of JSON',
    (status) => {
      const readable = parse({ status, headers: {}, content: contentOf('{}') })
      expect(parse({ status, headers: {}, content: contentOf(HTML) })).toEqual(readable)
    },
  )
})

describe('a 403', () => {
  test.each<{ name: string; text: string; kind: ApiErrorKind }>([
    { name: 'a page of HTML from Cloudflare', text: HTML, kind: 'blocked' },
    { name: 'an empty body', text: '', kind: 'blocked' },
    {
      name: 'an error that names the scope',
      text: refusal('Scope and URL mismatch'),
      kind: 'scope_missing',
    },
    {
      name: 'an error that names scopes in upper case',
      text: refusal('insufficient SCOPES'),
      kind: 'scope_missing',
    },
    { name: 'another error', text: refusal('Access denied'), kind: 'forbidden' },
    { name: 'no error text', text: '{}', kind: 'forbidden' },
  ])('a 403 with $name is a failure of the kind $kind', ({ text, kind }) => {
    expect(parse({ status: 403, headers: {}, content: contentOf(text) })).toMatchObject({ failure: { kind } })
  })
})

describe('a 429', () => {
  const left = (tokens: unknown) => ({ 'x-daily-ratelimit-token-remaining': tokens })
  const MINUTE = 60

  test.each<{ name: string; headers?: Record<string, unknown>; text?: string; kind: ApiErrorKind }>([
    { name: 'no further information', kind: 'rate_limited' },
    { name: 'tokens left', headers: left('250'), kind: 'rate_limited' },
    { name: 'a body of HTML', text: HTML, kind: 'rate_limited' },
    { name: 'no token left', headers: left('0'), kind: 'daily_budget_spent' },
    {
      name: 'no token left and a body of HTML',
      headers: left('0'),
      text: HTML,
      kind: 'daily_budget_spent',
    },
    {
      name: 'an error that names the day',
      text: refusal('Daily limit exceeded'),
      kind: 'daily_budget_spent',
    },
    {
      name: 'an error that names the day and a short wait',
      headers: { 'retry-after': '3' },
      text: refusal('daily request budget exceeded'),
      kind: 'daily_budget_spent',
    },
    {
      name: 'a wait of five minutes',
      headers: { 'retry-after': String(5 * MINUTE) },
      kind: 'rate_limited',
    },
    {
      name: 'a wait of more than five minutes',
      headers: { 'retry-after': String(5 * MINUTE + 1) },
      kind: 'daily_budget_spent',
    },
    {
      name: 'a reset in more than five minutes',
      headers: { 'x-ratelimit-reset': '86400' },
      kind: 'daily_budget_spent',
    },
    {
      name: 'a long wait and a body of HTML',
      headers: { 'retry-after': '3939' },
      text: HTML,
      kind: 'daily_budget_spent',
    },
    {
      name: 'a reset in seconds since 1970',
      headers: { 'x-ratelimit-reset': '1790000000' },
      kind: 'rate_limited',
    },
    {
      name: 'a retry-after in milliseconds since 1970',
      headers: { 'retry-after': '1790000000000' },
      kind: 'rate_limited',
    },
    {
      name: 'a retry-after that is hours after the date header',
      headers: { 'retry-after': 'Sat, 01 Jan 2000 05:00:00 GMT', date: 'Sat, 01 Jan 2000 00:00:00 GMT' },
      kind: 'daily_budget_spent',
    },
    {
      name: 'a retry-after that is seconds after the date header',
      headers: { 'retry-after': 'Sat, 01 Jan 2000 00:00:02 GMT', date: 'Sat, 01 Jan 2000 00:00:00 GMT' },
      kind: 'rate_limited',
    },
  ])(
    'a 429 with $name is a failure of the kind $kind',
    ({ headers = {}, text = refusal('request over limit'), kind }) => {
      expect(parse({ status: 429, headers, content: contentOf(text) })).toMatchObject({
        failure: { kind, status: 429 },
      })
    },
  )

  // Compared as the text '0', while every other reading of this header goes by `dailyTokens`.
  test.each([{ tokens: 0 }, { tokens: ' 0' }, { tokens: ['0'] }])(
    'a 429 with no token left, written as $tokens, is a spent daily budget',
    ({ tokens }) => {
      const text = refusal('request over limit')
      expect(parse({ status: 429, headers: left(tokens), content: contentOf(text) })).toMatchObject({
        failure: { kind: 'daily_budget_spent' },
      })
    },
  )

  test.each<{ name: string; headers: Record<string, unknown>; resetsInMs: number | undefined }>([
    { name: 'retry-after', headers: { 'retry-after': '3939' }, resetsInMs: 3_939_000 },
    {
      name: 'retry-after and a burst reset',
      headers: { 'retry-after': '3939', 'x-ratelimit-reset': '2' },
      resetsInMs: 3_939_000,
    },
    {
      name: 'a date in retry-after',
      headers: { 'retry-after': 'Sat, 01 Jan 2000 05:00:00 GMT', date: 'Sat, 01 Jan 2000 00:00:00 GMT' },
      resetsInMs: 18_000_000,
    },
    { name: 'no retry-after', headers: {}, resetsInMs: undefined },
    {
      name: 'a burst reset only',
      headers: { 'x-ratelimit-reset': '3939' },
      resetsInMs: undefined,
    },
    {
      name: 'a retry-after of seconds, which is not about the day',
      headers: { 'retry-after': '3' },
      resetsInMs: undefined,
    },
    { name: 'a retry-after of five minutes', headers: { 'retry-after': '300' }, resetsInMs: undefined },
    { name: 'a text in retry-after', headers: { 'retry-after': 'tomorrow' }, resetsInMs: undefined },
  ])('a spent daily budget with $name has a resetsInMs of $resetsInMs', ({ headers, resetsInMs }) => {
    const text = refusal('daily request budget exceeded')
    expect(parse({ status: 429, headers, content: contentOf(text) })).toEqual({
      failure: {
        kind: 'daily_budget_spent',
        status: 429,
        detail: 'daily request budget exceeded',
        ...(resetsInMs !== undefined && { resetsInMs }),
      },
    })
  })

  test('an exceeded burst limit has no time of reset in its failure', () => {
    const headers = { 'retry-after': '120' }
    expect(parse({ status: 429, headers, content: contentOf(refusal('request over limit')) })).toEqual({
      failure: { kind: 'rate_limited', status: 429, detail: 'request over limit' },
    })
  })
})
