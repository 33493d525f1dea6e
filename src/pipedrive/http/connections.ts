import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'

type Environment = Readonly<Record<string, string | undefined>>

/** For a proxy that does not answer, and for an idle connection. */
const IDLE_MS = 10_000

/** What axios sets for each request: another value would cost eight calls of the system for each of them. */
const keepAliveMsecs = 60_000

let agents: { httpAgent: HttpAgent; httpsAgent: HttpsAgent } | undefined

/**
 * Agents that keep connections open between requests, also through the proxy that the environment names. A tunnel that
 * axios opens by itself serves one request; axios leaves tunnels to agents with `proxyEnv`. Node before 22.21 and 24.5
 * ignores that option, and axios opens the tunnels. Throws when the proxy's address is not valid.
 */
export function connections() {
  return (agents ??= createAgents(proxiesOf(process.env)))
}

const opened = new WeakMap<object, number>()

/** When the connection was open for requests; undefined for one that no agent of `connections` has opened. */
export function openSince(connection: object | null): number | undefined {
  return connection ? opened.get(connection) : undefined
}

function createAgents(proxyEnv: Environment) {
  const options = { keepAlive: true, keepAliveMsecs, scheduling: 'lifo', timeout: IDLE_MS, proxyEnv } as const
  return {
    httpAgent: noting('connect', new HttpAgent(options)),
    httpsAgent: noting('secureConnect', new HttpsAgent(options)),
  }
}

/** Notes when the agent's connections are open: that is when they emit the event. */
function noting<A extends HttpAgent>(event: 'connect' | 'secureConnect', agent: A): A {
  const create = agent.createConnection.bind(agent)
  agent.createConnection = (...args: Parameters<typeof create>): Duplex | null | undefined => {
    const connection = create(...args)
    connection?.once(event, () => opened.set(connection, Date.now()))
    return connection
  }
  return agent
}

/** Lower case takes precedence, as in other tools. `proxy:3128` means http://proxy:3128, as for curl. */
export function proxiesOf(env: Environment): Environment {
  const [https_proxy, http_proxy] = ['https_proxy', 'http_proxy'].map((name) =>
    withScheme(eitherCase(env, name)),
  )
  return { https_proxy, http_proxy, no_proxy: eitherCase(env, 'no_proxy') }
}

function eitherCase(env: Environment, name: string): string | undefined {
  return [env[name], env[name.toUpperCase()]].find((value) => value !== undefined && value !== '')
}

function withScheme(address: string | undefined): string | undefined {
  return address === undefined || address.includes('://') ? address : `http://${address}`
}
