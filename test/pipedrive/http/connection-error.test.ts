import { expect, test } from '@jest/globals'
import { connectionFailure } from '../../../src/pipedrive/http/connection-error.js'

const failure = (code: string, message = 'failed') => Object.assign(new Error(message), { code })
const tunnel = (said: string) =>
  failure(
    'ERR_PROXY_TUNNEL',
    `Failed to establish tunnel to api.pipedrive.com:443 via http://proxy/: ${said}`,
  )

test.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted_certificate'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted_certificate'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'untrusted_certificate'],
  ['CERT_HAS_EXPIRED', 'network'],
  ['ECONNREFUSED', 'network'],
])('the code %s is a failure of the kind %s', (code, kind) => {
  expect(connectionFailure(failure(code))).toEqual({ kind, detail: code })
})

test('a proxy that refuses the connector is a failure that is not retried', () => {
  const detail = '407 Proxy Authentication Required'
  expect(connectionFailure(tunnel(`HTTP/1.1 ${detail}`))).toEqual({ kind: 'proxy', detail })
})

test('a proxy that cannot reach Pipedrive is a network failure, which is retried', () => {
  expect(connectionFailure(tunnel('HTTP/1.1 502 Bad Gateway'))).toMatchObject({
    kind: 'network',
    detail: expect.stringContaining('502 Bad Gateway'),
  })
})

test('the address of a proxy is not part of the failure: it may contain a password', () => {
  const fault = connectionFailure(
    failure('ERR_PROXY_INVALID_CONFIG', 'Invalid proxy URL: http://me:secret@x:y'),
  )
  expect(fault.kind).toBe('proxy')
  expect(JSON.stringify(fault)).not.toContain('secret')
})

test('an error without a code is described by its message', () => {
  expect(connectionFailure(new Error('socket hang up'))).toEqual({
    kind: 'network',
    detail: 'socket hang up',
  })
})
