import type { Sandbox, Switches } from '../../sandbox/sandbox.js'
import { Connection } from './connection.js'
import type { Output } from './output.js'
import type { pipedriveServer } from './sandbox.js'
import { stopClock } from './time.js'

export const HOUR = 3_600_000
/** Lists, and the children of all deals, are compared a day later. */
export const DAY = 25 * HOUR

export const STREAMS = ['deal_products', 'deal_installments'] as const
export type Children = (typeof STREAMS)[number]

/** A company, and a connection that has read these streams. */
export async function synced(
  pipedrive: ReturnType<typeof pipedriveServer>,
  streams: readonly string[],
  switches: Partial<Switches> = {},
  config: object = {},
): Promise<{ sandbox: Sandbox; connection: Connection }> {
  stopClock()
  const sandbox = pipedrive.open({
    deals: 40,
    epoch: Date.now() - DAY,
    switches: { installments: 'included', ...switches },
  })
  const connection = new Connection(sandbox, { streams, config })
  await connection.sync()
  return { sandbox, connection }
}

/** Children of one deal that has more than one. */
export function siblings(sandbox: Sandbox, stream: Children): number[] {
  const rows = sandbox.rows(stream)
  const familyOf = (deal: unknown) => rows.filter(({ deal_id }) => deal_id === deal)
  const [family = []] = rows.map(({ deal_id }) => familyOf(deal_id)).filter(({ length }) => length > 1)
  return family.map(({ id }) => id as number)
}

/** Ids and reasons, or that the record is back. */
export function deletionsOf(output: Output): unknown[][] {
  return output
    .records('deletions')
    .map(({ id, reason, restored_at }) => [id, restored_at === null ? reason : 'back'])
}
