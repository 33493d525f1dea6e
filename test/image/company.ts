import { createSandbox, type SandboxOptions } from '../../sandbox/sandbox.js'
import { serve } from '../../sandbox/serve.js'
import { configOf } from '../support/connector.js'
import type { OfferedStream } from '../support/protocol.js'
import { HOST } from './docker.js'

/** A simulated company where containers can reach it, and the config that leads there. */
export async function serveCompany(options: SandboxOptions) {
  const sandbox = createSandbox(options)
  const { url, close } = await serve(sandbox, { host: '0.0.0.0' })
  return { sandbox, close, config: configOf(sandbox, { base_url: `http://${HOST}:${new URL(url).port}` }) }
}

/** As the platform writes it, with what is for destinations alone. */
export function catalogOf(streams: readonly OfferedStream[], mode = 'incremental'): object {
  const more = { destination_sync_mode: 'append', generation_id: 0, minimum_generation_id: 0, sync_id: 1 }
  return { streams: streams.map((stream) => ({ stream, sync_mode: mode, ...more })) }
}
