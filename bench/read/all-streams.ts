import { runConnector, streamsIn, type BenchServer, type DiscoveredStream } from './processes.js'
import { withSandbox } from './with-server.js'

/** What a first sync of all streams took, and what it sent. */
export interface SyncOfAllStreams {
  readonly wallMs: number
  readonly requests: number
  /** Of the requests, those with a 429. */
  readonly refused: number
}

/** Children of deleted deals are not read: about one in a hundred, more where few deals have children. */
const LEAST_SHARE = 0.9

/**
 * A first sync of all streams of a company in the sandbox, whose default seats pay for all of it in one day. Throws
 * unless every stream is complete and has the sandbox's rows, and no request failed: a figure must not come from less.
 */
export async function syncAllStreams(deals: number, latencyMs: number): Promise<SyncOfAllStreams> {
  // Not of the server that is read: its requests would still count in the first two seconds of the sync.
  const streams = await withSandbox({ deals, latencyMs: 0 }, discover)
  return withSandbox({ deals, latencyMs }, async (server) => {
    const options = { streams, output: 'keep', customFields: 'columns' } as const
    const { wallMs, output } = await runConnector('read', server, options)
    await assertComplete(server, streams, output)
    return { wallMs, ...(await requestsTo(server)) }
  })
}

async function discover(server: BenchServer): Promise<readonly DiscoveredStream[]> {
  const options = { output: 'keep', customFields: 'columns' } as const
  const streams = streamsIn((await runConnector('discover', server, options)).output)
  if (streams.length === 0) throw new Error('discover found no streams.')
  return streams
}

/** A stream that is complete may still have left parents to later syncs: the sandbox says how many rows there are. */
async function assertComplete(
  server: BenchServer,
  streams: readonly DiscoveredStream[],
  output: string,
): Promise<void> {
  const rows = await get<Record<string, number>>(server, 'rows')
  const { complete, records } = summaryOf(output)
  const wrong = streams.filter(({ name }) => {
    const least = Math.max(1, LEAST_SHARE * (rows[name] ?? 0))
    return !complete.has(name) || (records.get(name) ?? 0) < least
  })
  const names = wrong.map(({ name }) => `${name} (${records.get(name) ?? 0} of ${rows[name] ?? 'some'} rows)`)
  if (wrong.length > 0) throw new Error(`Streams that were not read to their end: ${names.join(', ')}.`)
}

interface StatusTrace {
  readonly trace: {
    readonly stream_status?: {
      readonly stream_descriptor: { readonly name: string }
      readonly status: string
    }
  }
}

/** Which streams ended as complete, and how many records each has. */
function summaryOf(output: string): {
  complete: ReadonlySet<string>
  records: ReadonlyMap<string, number>
} {
  const [complete, records] = [new Set<string>(), new Map<string, number>()]
  for (const line of output.split('\n')) {
    const stream = /^\{"type":"RECORD","record":\{"stream":"(\w+)"/.exec(line)?.[1]
    if (stream !== undefined) records.set(stream, (records.get(stream) ?? 0) + 1)
    if (!line.startsWith('{"type":"TRACE"')) continue
    const status = (JSON.parse(line) as StatusTrace).trace.stream_status
    if (status?.status === 'COMPLETE') complete.add(status.stream_descriptor.name)
  }
  return { complete, records }
}

async function requestsTo(server: BenchServer): Promise<Pick<SyncOfAllStreams, 'requests' | 'refused'>> {
  const ledger = await get<{ requests: number; statuses: Record<string, number> }>(server, 'ledger')
  const { requests, statuses } = ledger
  const { 200: successful = 0, 429: refused = 0 } = statuses
  if (successful + refused !== requests) throw new Error(`Requests failed: ${JSON.stringify(statuses)}.`)
  return { requests, refused }
}

/** From the sandbox's own routes. */
async function get<T>(server: BenchServer, route: string): Promise<T> {
  const response = await fetch(`${server.address}/_sandbox/${route}`)
  return (await response.json()) as T
}
