import { describe, expect, test } from '@jest/globals'
import { findStream } from '../../src/manifest/manifest.js'
import { ApiError, type ApiFailure, type ApiErrorKind } from '../../src/pipedrive/http/api-error.js'
import { PagingError } from '../../src/pipedrive/lists/paging-error.js'
import { endsTheRun, missingFeature, toRunError, toUserError } from '../../src/sync/error-messages.js'

const failed = (fault: ApiFailure) => new ApiError(fault, 'GET /deals')

describe('an error for the user', () => {
  test.each<{ name: string; fault: ApiFailure; type: string; says: string }>([
    {
      name: 'quotes the reason of the server',
      fault: { kind: 'forbidden', status: 403, detail: 'No permission.' },
      type: 'config_error',
      says: 'The user who owns the token may not read this data ("No permission."). Use the token of an admin, or ask an admin for the permission.',
    },
    {
      name: 'explains a redirect',
      fault: { kind: 'unexpected_status', status: 302 },
      type: 'system_error',
      says: 'Pipedrive redirected a request (HTTP 302). The connector does not follow redirects, because they could send the token to another host. Check base_url, the network and any proxy.',
    },
    {
      name: 'names an unexpected status',
      fault: { kind: 'unexpected_status', status: 418 },
      type: 'system_error',
      says: 'Pipedrive answered with the unexpected status 418. Please report it with this log.',
    },
    {
      name: 'explains a certificate for another host',
      fault: { kind: 'network', detail: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      type: 'transient_error',
      says: 'Pipedrive could not be reached ("ERR_TLS_CERT_ALTNAME_INVALID"). The server at its address has a TLS certificate for another host. Check the network, DNS and any proxy.',
    },
    {
      name: 'names an unknown network code',
      fault: { kind: 'network', detail: 'EXOTIC' },
      type: 'transient_error',
      says: 'Pipedrive could not be reached ("EXOTIC"). Check the network, DNS and any proxy.',
    },
    {
      name: 'quotes the reason of a 200 without success',
      fault: { kind: 'malformed_body', status: 200, detail: 'Account is locked' },
      type: 'transient_error',
      says: 'Pipedrive repeatedly sent responses without usable data ("Account is locked"). Sync again later. If it happens again, check that no proxy answers in Pipedrive\'s place.',
    },
    {
      name: 'does not guess when the daily budget is reset',
      fault: { kind: 'daily_budget_spent', status: 429 },
      type: 'transient_error',
      says: "The company's daily API budget is spent. Pipedrive resets it at midnight in its own time zone.",
    },
  ])('$name', ({ fault, type, says }) => {
    const error = toUserError(failed(fault), 'deals')
    expect(error).toMatchObject({ failureType: type, message: says, stream: 'deals' })
    expect(error.internalMessage).toContain('GET /deals')
  })

  test.each([
    { scopes: ['mail:read', 'mail:full'], says: 'Add the scope mail:read or mail:full to the app' },
    { scopes: undefined, says: 'Add the scope to the app' },
  ])('names the scopes that open the list, where they are known: $scopes', ({ scopes, says }) => {
    const error = toUserError(failed({ kind: 'scope_missing', status: 403 }), 'mail', scopes)
    expect(error.message).toContain(says)
  })

  test('of a list that cannot be read reliably is transient', () => {
    expect(toUserError(new PagingError('No end.'))).toMatchObject({
      failureType: 'transient_error',
      internalMessage: 'No end.',
    })
  })

  test('of anything unexpected is a bug of the connector', () => {
    expect(toUserError(new TypeError('x'), 'deals')).toMatchObject({
      failureType: 'system_error',
      internalMessage: 'TypeError: x',
      stream: 'deals',
    })
  })
})

describe('an error of the whole run', () => {
  test('says what is complete, and that the next sync continues', () => {
    const { message } = toRunError(failed({ kind: 'timeout' }), 'Of 3 streams 1 is complete.')
    expect(message).toMatch(
      /sync again later\. Of 3 streams 1 is complete\. The next sync continues from there\.$/,
    )
  })

  test.each([
    { name: 'the user has to act', thrown: failed({ kind: 'unauthorized', status: 401 }) },
    { name: 'the connector is at fault', thrown: new TypeError('x') },
  ])('does not say so if $name', ({ thrown }) => {
    expect(toRunError(thrown, 'Progress.').message).toBe(toUserError(thrown).message)
  })
})

describe('an error ends the run', () => {
  const { signal } = new AbortController()

  test.each<{ kind: ApiErrorKind; ends: boolean }>([
    { kind: 'unauthorized', ends: true },
    { kind: 'blocked', ends: true },
    { kind: 'proxy', ends: true },
    { kind: 'daily_budget_spent', ends: true },
    { kind: 'reserve_reached', ends: true },
    { kind: 'forbidden', ends: false },
    { kind: 'scope_missing', ends: false },
    { kind: 'server', ends: false },
    { kind: 'timeout', ends: false },
  ])('of the kind $kind: $ends', ({ kind, ends }) => {
    expect(endsTheRun(failed({ kind }), signal)).toBe(ends)
  })

  test('if it is the reason of the abort, and no other does then', () => {
    const stopped = new AbortController()
    const reason = new Error('SIGTERM')
    stopped.abort(reason)
    expect(endsTheRun(reason, stopped.signal)).toBe(true)
    expect(endsTheRun(failed({ kind: 'unauthorized' }), stopped.signal)).toBe(false)
  })
})

describe('a feature is missing', () => {
  const streamOf = (name: string) => {
    const stream = findStream(name)
    if (!stream) throw new Error(`There is no stream ${name}.`)
    return stream
  }

  test.each<{ name: string; fault: ApiFailure; of: string; missing: boolean }>([
    {
      name: 'by its status',
      fault: { kind: 'payment_required', status: 402 },
      of: 'deal_installments',
      missing: true,
    },
    {
      name: 'but not by a missing scope',
      fault: { kind: 'scope_missing', status: 403 },
      of: 'deal_installments',
      missing: false,
    },
    {
      name: 'but not by a block',
      fault: { kind: 'blocked', status: 403 },
      of: 'deal_installments',
      missing: false,
    },
    {
      name: 'but not in a stream without a feature',
      fault: { kind: 'forbidden', status: 403 },
      of: 'deals',
      missing: false,
    },
  ])('$name', ({ fault, of, missing }) => {
    expect(missingFeature(failed(fault), streamOf(of)) !== undefined).toBe(missing)
  })
})
