import { isObject } from '../../common/is-object.js'
import type { ApiFailure } from './api-error.js'

/** No trusted authority has signed the certificate. Other faults, like an expired one, may be temporary. */
const UNTRUSTED: ReadonlySet<unknown> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

/** Why there was no response, from what the network stack threw. */
export function connectionFailure(thrown: unknown): ApiFailure {
  const { code, message } = isObject(thrown) ? thrown : {}
  if (UNTRUSTED.has(code)) return { kind: 'untrusted_certificate', detail: String(code) }
  // The message contains the whole address, with the password.
  if (code === 'ERR_PROXY_INVALID_CONFIG') return { kind: 'proxy', detail: 'the address is not valid' }
  if (code === 'ERR_PROXY_TUNNEL') return tunnelFailure(String(message))
  return { kind: 'network', detail: String(code ?? message ?? thrown) }
}

/** A proxy that refuses the connector will refuse it again; one that cannot reach Pipedrive may reach it later. */
function tunnelFailure(message: string): ApiFailure {
  const [, answer] = /: HTTP\/\d\.\d (4\d\d.*)$/.exec(message) ?? []
  return answer === undefined ? { kind: 'network', detail: message } : { kind: 'proxy', detail: answer }
}
