import { describe, expect, test } from '@jest/globals'
import { judge as judgeAnswer, PipedriveError, type Fault } from '../../../src/pipedrive/http/api-error.js'

const judge = (answer: Parameters<typeof judgeAnswer>[0], api: 'v1' | 'v2' = 'v1') => judgeAnswer(answer, api)
const refusal = (error: string) => JSON.stringify({ success: false, error, error_info: 'see docs' })
const HTML = '<!DOCTYPE html><title>Attention Required! | Cloudflare</title>'

test('null for no rows is not believed of v2, whose lists would end by it', () => {
  const text = JSON.stringify({ success: true, data: null, additional_data: null })
  expect(judge({ status: 200, headers: {}, text }, 'v2')).toMatchObject({ fault: { kind: 'malformed_body' } })
})

describe('an answer is believed', () => {
  test.each([
    { name: 'with rows', body: { success: true, data: [{ id: 1 }], additional_data: { next_cursor: null } } },
    { name: 'with no rows', body: { success: true, data: [] } },
    { name: 'with null for no rows, as v1 writes it', body: { success: true, data: null } },
    { name: 'with one object', body: { success: true, data: { id: 1 } } },
  ])('$name', ({ body }) => {
    expect(judge({ status: 200, headers: {}, text: JSON.stringify(body) })).toEqual({ body })
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
    expect(judge({ status: 200, headers: {}, text })).toEqual({
      fault: { kind: 'malformed_body', status: 200, detail },
    })
  })
})

describe('a status is a fault of its kind', () => {
  test.each<{ status: number; kind: Fault['kind'] }>([
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
    expect(judge({ status, headers: {}, text: refusal('No.') })).toEqual({
      fault: { kind, status, detail: 'No.' },
    })
  })

  test('even if the body says success', () => {
    const text = JSON.stringify({ success: true, data: [] })
    expect(judge({ status: 500, headers: {}, text })).toEqual({ fault: { kind: 'server', status: 500 } })
  })

  test.each([401, 404, 429, 502])('%i, with a body that nobody can read', (status) => {
    const readable = judge({ status, headers: {}, text: '{}' })
    expect(judge({ status, headers: {}, text: HTML })).toEqual(readable)
  })
})

describe('a 403 is', () => {
  test.each<{ name: string; text: string; kind: Fault['kind'] }>([
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
    expect(judge({ status: 403, headers: {}, text })).toMatchObject({ fault: { kind } })
  })
})

describe('a 429 is', () => {
  const left = (tokens: unknown) => ({ 'x-daily-ratelimit-token-remaining': tokens })
  const MINUTE = 60

  test.each<{ name: string; headers?: Record<string, unknown>; text?: string; kind: Fault['kind'] }>([
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
    expect(judge({ status: 429, headers, text })).toMatchObject({ fault: { kind, status: 429 } })
  })

  // Compared as the text '0', while every other reading of this header goes by `dailyTokens`.
  test.each([{ tokens: 0 }, { tokens: ' 0' }, { tokens: ['0'] }])(
    'the daily budget when no token is left, written as $tokens',
    ({ tokens }) => {
      const text = refusal('request over limit')
      expect(judge({ status: 429, headers: left(tokens), text })).toMatchObject({
        fault: { kind: 'daily_budget_spent' },
      })
    },
  )

  test.each<{ name: string; headers: Record<string, unknown>; returnsInMs: number | undefined }>([
    { name: 'as retry-after says', headers: { 'retry-after': '3939' }, returnsInMs: 3_939_000 },
    {
      name: 'as retry-after says, not as the burst window',
      headers: { 'retry-after': '3939', 'x-ratelimit-reset': '2' },
      returnsInMs: 3_939_000,
    },
    {
      name: 'at the date that retry-after names, by the server’s clock',
      headers: { 'retry-after': 'Sat, 01 Jan 2000 05:00:00 GMT', date: 'Sat, 01 Jan 2000 00:00:00 GMT' },
      returnsInMs: 18_000_000,
    },
    { name: 'unknown without retry-after', headers: {}, returnsInMs: undefined },
    {
      name: 'unknown by the burst window alone',
      headers: { 'x-ratelimit-reset': '3939' },
      returnsInMs: undefined,
    },
    {
      name: 'unknown after seconds, which say nothing of the day',
      headers: { 'retry-after': '3' },
      returnsInMs: undefined,
    },
    { name: 'unknown after five minutes', headers: { 'retry-after': '300' }, returnsInMs: undefined },
    { name: 'unknown after a text', headers: { 'retry-after': 'tomorrow' }, returnsInMs: undefined },
  ])('the daily budget, which returns $name', ({ headers, returnsInMs }) => {
    const text = refusal('daily request budget exceeded')
    expect(judge({ status: 429, headers, text })).toEqual({
      fault: {
        kind: 'daily_budget_spent',
        status: 429,
        detail: 'daily request budget exceeded',
        ...(returnsInMs !== undefined && { returnsInMs }),
      },
    })
  })

  test('without a return when it is a burst', () => {
    const headers = { 'retry-after': '120' }
    expect(judge({ status: 429, headers, text: refusal('request over limit') })).toEqual({
      fault: { kind: 'rate_limited', status: 429, detail: 'request over limit' },
    })
  })
})

describe('a failed request says', () => {
  test.each<{ name: string; fault: Fault; message: string }>([
    {
      name: 'what, and what Pipedrive answered',
      fault: { kind: 'forbidden', status: 403, detail: 'Access denied' },
      message: 'GET /deals: forbidden 403 (Access denied)',
    },
    {
      name: 'only the kind when there is no more',
      fault: { kind: 'timeout' },
      message: 'GET /deals: timeout',
    },
    {
      name: 'nothing for an empty detail',
      fault: { kind: 'server', status: 500, detail: '' },
      message: 'GET /deals: server 500',
    },
  ])('$name', ({ fault, message }) => {
    expect(new PipedriveError(fault, 'GET /deals').message).toBe(message)
  })
})
