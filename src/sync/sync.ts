import { errorTrace, type ConnectorError } from '../airbyte/errors.js'
import { log, state, streamStatus, type AirbyteMessage, type JsonObject } from '../airbyte/messages.js'
import type { StreamSpec } from '../manifest/stream.js'
import type { Client } from '../pipedrive/client.js'
import { endsTheRun, explain } from './failure.js'
import type { AheadOfTime, Plan } from './plan.js'
import { readArchive } from './read-archive.js'
import { readSpans } from './read-spans.js'
import { readUndated } from './read-undated.js'
import { readNewestFirst, readWhole } from './read-walk.js'
import type { Scan } from './scan.js'
import type { StreamRun } from './stream-run.js'
import { formatTime } from './time.js'

export interface SyncOptions {
  client: Client
  /** Ends the run; what was read so far is kept by the states already sent. */
  signal: AbortSignal
  /** Told of every stream that did not complete. */
  onIncomplete: (stream: string) => void
}

/** The whole sync as messages: scan after scan, each row on its way before the next page is asked for. */
export async function* sync(plan: Plan, options: SyncOptions): AsyncGenerator<AirbyteMessage> {
  // The platform goes by the first error: one that may pass must not be hidden behind one that will not.
  const configErrors: ConnectorError[] = []
  for (const { name, error } of plan.refused) {
    yield* refuse(name, options)
    configErrors.push(error)
  }
  if (plan.wider.length > 0) {
    yield log(
      'WARN',
      `The token's owner may see rows that the last one could not. What changed before the last sync is not read again: to have it, refresh ${plan.wider.join(', ')}.`,
    )
  }
  for (const stream of plan.ahead) yield* giveBack(stream)

  let over: unknown
  let told: unknown
  const begun = new Set<StreamRun>()
  for (const [index, scan] of plan.scans.entries()) {
    const runs = runsOf([scan])
    for (const run of runs.filter((one) => !begun.has(one))) yield run.started()
    runs.forEach((run) => begun.add(run))
    if (over === undefined) yield* read(scan, options.signal)
    else fail(scan, over)
    over ??= runs.map(({ failure }) => failure).find((failure) => endsTheRun(failure, options.signal))
    const later = runsOf(plan.scans.slice(index + 1))
    for (const run of runs.filter((one) => !later.includes(one))) {
      const { failure, stream } = run
      // What ends the run is told once; the streams it leaves unread only say that they are.
      const error = failure === undefined || failure === told ? undefined : explain(failure, stream.name)
      if (failure === over) told = failure
      if (error?.failureType === 'config_error') configErrors.push(error)
      else if (error) yield errorTrace(error)
      yield* conclude(run, options)
    }
  }
  for (const error of configErrors) yield errorTrace(error)
}

/** The streams that live on these lists, each once. */
function runsOf(scans: readonly Scan[]): StreamRun[] {
  return [...new Set(scans.flatMap(({ consumers }) => consumers.map(({ run }) => run)))]
}

async function* read(scan: Scan, signal: AbortSignal): AsyncGenerator<AirbyteMessage> {
  const readList = readerOf(scan.stream)
  try {
    yield* scan.stream.archiveOf ? readArchive(scan, readList) : readList(scan)
    if (scan.stream.scan.kind !== 'whole') yield* readUndated(scan)
  } catch (error) {
    fail(scan, signal.aborted ? signal.reason : error)
  }
}

type ReadList = (scan: Scan) => AsyncGenerator<AirbyteMessage>

function readerOf({ name, scan: how }: StreamSpec): ReadList {
  switch (how.kind) {
    case 'span':
      return (scan) => readSpans(scan, how)
    case 'newest-first':
      return readNewestFirst
    case 'whole':
      return readWhole
    case 'children':
      throw new Error(`${name} has no list of its own.`)
  }
}

function fail(scan: Scan, error: unknown): void {
  for (const consumer of scan.active) consumer.failure = error
}

function* conclude(run: StreamRun, { client, onIncomplete }: SyncOptions): Generator<AirbyteMessage> {
  const { name } = run.stream
  const { requests, tokens } = client.ledger.of(name)
  const spent = `${run.recordCount.toLocaleString('en')} records, ${requests} requests, ${tokens} tokens`
  if (run.failure === undefined) {
    yield log('INFO', `${name}: ${spent}.`)
    yield* run.completed()
  } else {
    yield log('WARN', `${name} was cut off after ${spent}.`)
    yield* run.cutOff()
    onIncomplete(name)
  }
}

/** A stream that is not begun at all; the others are read all the same. */
function* refuse(name: string, { onIncomplete }: SyncOptions): Generator<AirbyteMessage> {
  yield streamStatus(name, 'STARTED')
  yield streamStatus(name, 'INCOMPLETE')
  onIncomplete(name)
}

function* giveBack({ stream, state: saved, cursor }: AheadOfTime): Generator<AirbyteMessage> {
  const { name } = stream
  const until = formatTime(cursor)
  yield streamStatus(name, 'STARTED')
  yield log(
    'WARN',
    `${name}: the saved cursor ${until} lies in the future; nothing is read. Clear the stream to read it again.`,
  )
  yield streamStatus(name, 'RUNNING')
  yield state(name, saved as JsonObject)
  yield streamStatus(name, 'COMPLETE')
}
