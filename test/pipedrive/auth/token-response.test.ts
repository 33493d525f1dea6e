import { describe, expect, test } from '@jest/globals'
import { parseTokenResponse } from '../../../src/pipedrive/auth/token-response.js'
import { contentOf } from '../../support/content.js'

/*
 * Seen to fail with, in src/pipedrive/auth/token-response.ts: a 401 that is classified by its text alone, slashes left
 * at the end.
 */
const whole = {
  access_token: 'access',
  token_type: 'bearer',
  refresh_token: 'refresh',
  scope: 'base,deals:read',
  expires_in: 1800,
  api_domain: 'https://company.pipedrive.com',
}
const read = {
  accessToken: 'access',
  refreshToken: 'refresh',
  lifetimeMs: 1_800_000,
  scopes: ['base', 'deals:read'],
  apiDomain: 'https://company.pipedrive.com',
}
const AN_HOUR = 3_600_000

const parsed = (status: number, text: string, headers = {}) =>
  parseTokenResponse({ status, headers, content: contentOf(text) })
const answer = (changes: object) => parsed(200, JSON.stringify({ ...whole, ...changes }))

/** The same without a field. */
const without = (from: object, field: string) =>
  Object.fromEntries(Object.entries(from).filter(([key]) => key !== field))

describe('a response with tokens', () => {
  test('all fields of a token response are read', () => {
    expect(answer({})).toEqual({ body: read })
  })

  test.each([
    { name: 'a lifetime as text', changes: { expires_in: '60' }, expected: { lifetimeMs: 60_000 } },
    { name: 'a lifetime in parts of a second', changes: { expires_in: 0.5 }, expected: { lifetimeMs: 500 } },
    ...[undefined, null, 0, -60, 'soon', '', {}, '1e999'].map((expires_in) => ({
      name: `a lifetime of ${JSON.stringify(expires_in)}, taken for an hour,`,
      changes: { expires_in },
      expected: { lifetimeMs: AN_HOUR },
    })),
    { name: 'scopes separated by blanks', changes: { scope: 'base deals:read' }, expected: {} },
    { name: 'scopes separated by commas and blanks', changes: { scope: 'base, deals:read' }, expected: {} },
    { name: 'one scope', changes: { scope: 'base' }, expected: { scopes: ['base'] } },
    {
      name: 'slashes at the end of its api_domain',
      changes: { api_domain: `${whole.api_domain}//` },
      expected: {},
    },
    { name: 'unknown fields', changes: { new: [1] }, expected: {} },
  ])('a token response with $name is read', ({ changes, expected }) => {
    expect(answer(changes)).toEqual({ body: { ...read, ...expected } })
  })

  test.each([
    { field: 'refresh_token', key: 'refreshToken' },
    { field: 'scope', key: 'scopes' },
    { field: 'api_domain', key: 'apiDomain' },
  ] as const)('a token response without a valid $field is read without it', ({ field, key }) => {
    for (const nothing of [undefined, null, '', 7])
      expect(answer({ [field]: nothing })).toStrictEqual({ body: without(read, key) })
  })

  // No Date can hold it: writing it into the config would throw.
  test.each([1e13, 1e300])('a lifetime of %d seconds is read as an hour', (expires_in) => {
    expect(answer({ expires_in })).toEqual({ body: { ...read, lifetimeMs: AN_HOUR } })
  })
})

describe('a response without tokens', () => {
  const error = (name: string) => JSON.stringify({ success: false, error: name, message: name })
  const html = '<!DOCTYPE html><html></html>'

  test.each([
    {
      name: 'an expired refresh token',
      status: 400,
      text: error('invalid_grant'),
      kind: 'authorization_lost',
    },
    {
      name: 'an expired refresh token and a 401',
      status: 401,
      text: error('invalid_grant'),
      kind: 'authorization_lost',
    },
    { name: 'an unknown client', status: 401, text: error('invalid_client'), kind: 'client_rejected' },
    {
      name: 'an unknown client and a 400',
      status: 400,
      text: error('invalid_client'),
      kind: 'client_rejected',
    },
    {
      name: 'a 401 with another error',
      status: 401,
      text: error('unauthorized access'),
      kind: 'client_rejected',
    },
    { name: 'a 401 without a body', status: 401, text: '', kind: 'client_rejected' },
    {
      name: 'an invalid request',
      status: 400,
      text: error('invalid_request'),
      kind: 'bad_request',
    },
    { name: 'an exceeded burst limit', status: 429, text: error('request over limit'), kind: 'rate_limited' },
    {
      name: 'a spent daily budget',
      status: 429,
      text: error('daily request budget exceeded'),
      kind: 'daily_budget_spent',
    },
    { name: 'a server error', status: 500, text: error('oops'), kind: 'server' },
    { name: 'a gateway error', status: 502, text: html, kind: 'server' },
    { name: 'Cloudflare’s page', status: 403, text: html, kind: 'blocked' },
    { name: 'a redirect', status: 302, text: '', kind: 'unexpected_status' },
    { name: 'a page of HTML', status: 200, text: html, kind: 'malformed_body' },
    { name: 'null', status: 200, text: 'null', kind: 'malformed_body' },
    { name: 'an empty body', status: 200, text: '', kind: 'malformed_body' },
    {
      name: 'a truncated body',
      status: 200,
      text: JSON.stringify(whole).slice(0, 40),
      kind: 'malformed_body',
    },
    {
      name: 'no access token',
      status: 200,
      text: JSON.stringify(without(whole, 'access_token')),
      kind: 'malformed_body',
    },
    {
      name: 'an empty access token',
      status: 200,
      text: JSON.stringify({ ...whole, access_token: '' }),
      kind: 'malformed_body',
    },
    {
      name: 'an access token that is not a text',
      status: 200,
      text: JSON.stringify({ ...whole, access_token: 7 }),
      kind: 'malformed_body',
    },
  ])('a token response with $name is a failure of the kind $kind', ({ status, text, kind }) => {
    expect(parsed(status, text)).toMatchObject({ failure: { kind, status } })
  })
})
