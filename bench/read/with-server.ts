import { BenchServer } from './processes.js'
import type { ServerOptions } from './server.js'

/** A server that answers at once, with rows of 1 KB that have changed evenly, unless these say otherwise. */
export function optionsOf(options: Partial<ServerOptions> & { rows: number }): ServerOptions {
  const quick = { latencyMs: 0, burstLimit: 1_000_000, gzip: false } as const
  const deals = {
    rowBytes: 1_000,
    customFields: 0,
    filled: 'a third, texts',
    spread: 'even',
    newestAt: Date.now() - 3_600_000,
  } as const
  return { ...quick, ...deals, newRows: 0, ...options }
}

export async function withServer<T>(
  options: ServerOptions,
  use: (server: BenchServer) => Promise<T>,
): Promise<T> {
  const server = await BenchServer.start(options)
  try {
    return await use(server)
  } finally {
    server.stop()
  }
}
