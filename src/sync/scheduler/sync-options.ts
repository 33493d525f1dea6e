import type { Client } from '../../pipedrive/client.js'

export interface SyncOptions {
  client: Client
  /** Ends the run; what was read so far is kept by the states already emitted. */
  signal: AbortSignal
  /** Called for every stream that did not complete. */
  onIncomplete: (stream: string) => void
}
