import type { AirbyteMessage } from '../airbyte/messages.js'
import type { Query } from '../pipedrive/lists/query.js'
import type { Scan } from './scan.js'

/** While none are known, rows without a time are looked for once a day: two requests are dear on every sync. */
const PROBE_EVERY_MS = 24 * 60 * 60_000

/**
 * Rows without an update time are in no span, and may sort before all others or after them: the unfiltered order is
 * read from both ends, up to the first row that has a time.
 */
export async function* readUndated(scan: Scan): AsyncGenerator<AirbyteMessage> {
  const now = Date.now()
  if (!looksForUndated(scan, now)) return
  for (const order of ['oldest-first', 'newest-first'] as const) yield* readEnd(scan, { order })
  yield* scan.give([], (progress) => {
    progress.probedAt(now)
  })
}

/** Whether a sync that begins now does so: two requests, as a rule. */
export function looksForUndated({ stream, active }: Scan, now: number): boolean {
  if (stream.strategy.kind === 'full-scan') return false
  return active.some(({ progress }) => now - (progress.lastVainProbe ?? -Infinity) >= PROBE_EVERY_MS)
}

async function* readEnd(scan: Scan, query: Query): AsyncGenerator<AirbyteMessage> {
  for await (const page of scan.reader.pages(query)) {
    const rows = scan.rows(page)
    const dated = rows.findIndex(({ time }) => time !== null)
    yield* scan.give(dated === -1 ? rows : rows.slice(0, dated), () => undefined)
    if (dated !== -1) return
  }
}
