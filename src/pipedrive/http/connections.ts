import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'

type Environment = Readonly<Record<string, string | undefined>>

/** Of a proxy that does not answer, and of a connection that nobody uses. */
const IDLE_MS = 10_000

let opened: { httpAgent: HttpAgent; httpsAgent: HttpsAgent } | undefined

/**
 * Connections that are kept open between requests, also those through the proxy that the environment names. The tunnels
 * that axios digs by itself last for one request each; it leaves them to agents that have `proxyEnv`. Before Node 22.21
 * and 24.5 there is no such option, and axios does what it can. Throws when the proxy's address is none.
 */
export function connections() {
  return (opened ??= open(proxiesOf(process.env)))
}

function open(proxyEnv: Environment) {
  const options = { keepAlive: true, scheduling: 'lifo', timeout: IDLE_MS, proxyEnv } as const
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) }
}

/** Lower case wins, as everywhere; `proxy:3128` means http://proxy:3128, as for curl. */
export function proxiesOf(env: Environment): Environment {
  const [https_proxy, http_proxy] = ['https_proxy', 'http_proxy'].map((name) => withScheme(either(env, name)))
  return { https_proxy, http_proxy, no_proxy: either(env, 'no_proxy') }
}

function either(env: Environment, name: string): string | undefined {
  return [env[name], env[name.toUpperCase()]].find((value) => value !== undefined && value !== '')
}

function withScheme(address: string | undefined): string | undefined {
  return address === undefined || address.includes('://') ? address : `http://${address}`
}
