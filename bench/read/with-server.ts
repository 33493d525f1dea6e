import { BenchServer } from './processes.js'
import type { ServerOptions } from './server.js'

/** The highest there is, of an OAuth app in the highest plan. One processor does not use it up. */
const HIGHEST_LIMIT = 480

/** A server that answers at once, with rows of 1 KB that have changed evenly, unless these say otherwise. */
export function optionsOf(options: Partial<ServerOptions> & { rows: number }): ServerOptions {
  const quick = { latencyMs: 0, burstLimit: HIGHEST_LIMIT, gzip: false } as const
  const deals = {
    rowBytes: 1_000,
    customFields: 0,
    filled: 'a third, texts',
    newestAt: Date.now() - 3_600_000,
  } as const
  return { ...quick, ...deals, newRows: 0, ...options }
}

export function withServer<T>(options: ServerOptions, use: (server: BenchServer) => Promise<T>): Promise<T> {
  return whileRunning(BenchServer.start(options), use)
}

/** The company of the sandbox, with so many deals. */
export function withSandbox<T>(
  options: { readonly deals: number; readonly latencyMs: number },
  use: (server: BenchServer) => Promise<T>,
): Promise<T> {
  return whileRunning(BenchServer.startSandbox(options.deals, options.latencyMs), use)
}

async function whileRunning<T>(
  starting: Promise<BenchServer>,
  use: (server: BenchServer) => Promise<T>,
): Promise<T> {
  const server = await starting
  try {
    return await use(server)
  } finally {
    server.stop()
  }
}
