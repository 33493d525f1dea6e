import { BlockList, isIP } from 'node:net'
import { configError } from '../airbyte/errors.js'

/** The variable with which the operator allows further hosts; see SECURITY.md. */
export const ALLOW_BASE_URL = 'PIPEDRIVE_ALLOW_BASE_URL'

/** Loopback (RFC 1122, RFC 4291) and private addresses (RFC 1918, RFC 4193). */
const LOCAL_NETWORKS = new BlockList()
LOCAL_NETWORKS.addSubnet('127.0.0.0', 8)
LOCAL_NETWORKS.addSubnet('10.0.0.0', 8)
LOCAL_NETWORKS.addSubnet('172.16.0.0', 12)
LOCAL_NETWORKS.addSubnet('192.168.0.0', 16)
LOCAL_NETWORKS.addAddress('::1', 'ipv6')
LOCAL_NETWORKS.addSubnet('fc00::', 7, 'ipv6')

/**
 * The base_url of a config without slashes at its end. Tokens are sent there, and a platform lets people edit a source
 * whose secrets they cannot see: so it may name a simulator in the own network, and any other host only if `allowed`
 * does, the value of PIPEDRIVE_ALLOW_BASE_URL: hosts or URLs, separated by commas or blanks. Throws a config error.
 */
export function parseBaseUrl(text: string, allowed = ''): string {
  const address = text.replace(/\/+$/, '')
  if (!URL.canParse(address))
    throw configError(
      'The config is not valid: base_url is not a URL. Enter one like https://host or https://host/path.',
    )
  const url = new URL(address)
  if (isLocal(url.hostname) || allowed.split(/[\s,]+/).some((entry) => names(entry, url))) return address
  throw configError(
    `The config's base_url names the host ${url.hostname}, which could receive the token of this source. ` +
      'It may name localhost, a private address, or a host without a dot. To allow another host, ' +
      `set the environment variable ${ALLOW_BASE_URL}=${url.hostname} where the connector runs.`,
  )
}

/** Of a parsed URL, in which addresses have one form only: 2130706433 and 0x7f.1 are 127.0.0.1. */
function isLocal(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  const version = isIP(address)
  if (version !== 0) return LOCAL_NETWORKS.check(address, version === 6 ? 'ipv6' : 'ipv4')
  return !hostname.includes('.') || hostname.endsWith('.localhost')
}

/** `host`, `host:8080` or `https://host:8080`. */
function names(entry: string, { origin, host, hostname }: URL): boolean {
  const name = entry.toLowerCase()
  if (!name.includes('://')) return name !== '' && [host, hostname].includes(name)
  return URL.canParse(name) && new URL(name).origin === origin
}
