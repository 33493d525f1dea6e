import { isObject } from '../../common/is-object.js'
import type { Fault } from './api-error.js'

/** Nobody whom we trust has signed the certificate. One that has expired, say, is Pipedrive's to mend, and may pass. */
const UNTRUSTED: ReadonlySet<unknown> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

/** Why no answer came, by what the network stack threw. */
export function connectionFault(thrown: unknown): Fault {
  const { code, message } = isObject(thrown) ? thrown : {}
  if (UNTRUSTED.has(code)) return { kind: 'untrusted_certificate', detail: String(code) }
  // Its text has the whole address, with the password.
  if (code === 'ERR_PROXY_INVALID_CONFIG') return { kind: 'proxy', detail: 'the address is none' }
  if (code === 'ERR_PROXY_TUNNEL') return tunnelFault(String(message))
  return { kind: 'network', detail: String(code ?? message ?? thrown) }
}

/** A proxy that does not let us through will not do so later; one that cannot reach Pipedrive may. */
function tunnelFault(message: string): Fault {
  const [, answer] = /: HTTP\/\d\.\d (4\d\d.*)$/.exec(message) ?? []
  return answer === undefined ? { kind: 'network', detail: message } : { kind: 'proxy', detail: answer }
}
