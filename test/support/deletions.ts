import type { Sandbox, Switches } from '../../sandbox/sandbox.js'
import { Connection } from './connection.js'
import type { Output } from './output.js'
import type { pipedriveServer } from './sandbox.js'

/** Lists are compared once in 23 hours. */
export const DAY = 25 * 3_600_000

/** A small company, all of which is older than a lookback. */
export function settledCompany(
  pipedrive: ReturnType<typeof pipedriveServer>,
  switches: Partial<Switches> = {},
): Sandbox {
  return pipedrive.open({ deals: 12, epoch: Date.now() - DAY, switches })
}

export function idsOf(sandbox: Sandbox, stream: string): (string | number)[] {
  return sandbox.rows(stream).map(({ id }) => id as string | number)
}

export function connectionTo(
  sandbox: Sandbox,
  streams: readonly string[],
  config: object = {},
  state: readonly object[] = [],
): Connection {
  return new Connection(sandbox, { streams, config, state })
}

/** Stream and id, and whether the row is back. */
export function deletionsOf(output: Output): unknown[][] {
  return output.records('deletions').map(({ stream, id, restored_at }) => [stream, id, restored_at !== null])
}
