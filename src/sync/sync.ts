import { errorTrace, type ConnectorError } from '../airbyte/errors.js'
import { log, state, streamStatus, type AirbyteMessage, type JsonObject } from '../airbyte/messages.js'
import type { Client } from '../pipedrive/client.js'
import type { Consumer } from './consumer.js'
import { endsTheRun, explain, streamGone } from './failure.js'
import type { AheadOfTime, Plan } from './plan.js'
import { readSpans } from './read-spans.js'
import { readUndated } from './read-undated.js'
import { readNewestFirst, readWhole } from './read-walk.js'
import type { Scan } from './scan.js'
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
  for (const name of plan.unknown) {
    yield* refuse(name, options)
    configErrors.push(streamGone(name))
  }
  for (const stream of plan.ahead) yield* giveBack(stream)

  let over: unknown
  for (const scan of plan.scans) {
    for (const consumer of scan.consumers) yield consumer.started()
    if (over === undefined) yield* run(scan, options.signal)
    else fail(scan, over)
    for (const consumer of scan.consumers) {
      const { failure, stream } = consumer
      const error = failure === undefined || failure === over ? undefined : explain(failure, stream.name)
      if (error?.failureType === 'config_error') configErrors.push(error)
      else if (error) yield errorTrace(error)
      // What ends the run is told once; the streams it leaves unread only say that they are.
      if (endsTheRun(failure, options.signal)) over ??= failure
      yield* conclude(consumer, options)
    }
  }
  for (const error of configErrors) yield errorTrace(error)
}

async function* run(scan: Scan, signal: AbortSignal): AsyncGenerator<AirbyteMessage> {
  try {
    yield* read(scan)
  } catch (error) {
    fail(scan, signal.aborted ? signal.reason : error)
  }
}

async function* read(scan: Scan): AsyncGenerator<AirbyteMessage> {
  const { scan: how, name } = scan.stream
  switch (how.kind) {
    case 'span':
      yield* readSpans(scan, how)
      yield* readUndated(scan)
      return
    case 'newest-first':
      yield* readNewestFirst(scan)
      yield* readUndated(scan)
      return
    case 'whole':
      yield* readWhole(scan)
      return
    case 'children':
      throw new Error(`${name} has no list of its own.`)
  }
}

function fail(scan: Scan, error: unknown): void {
  for (const consumer of scan.active) consumer.failure = error
}

function* conclude(consumer: Consumer, { client, onIncomplete }: SyncOptions): Generator<AirbyteMessage> {
  const { name } = consumer.stream
  const { requests, tokens } = client.ledger.of(name)
  const spent = `${consumer.recordCount.toLocaleString('en')} records, ${requests} requests, ${tokens} tokens`
  if (consumer.failure === undefined) {
    yield log('INFO', `${name}: ${spent}.`)
    yield* consumer.completed()
  } else {
    yield log('WARN', `${name} was cut off after ${spent}.`)
    yield* consumer.cutOff()
    onIncomplete(name)
  }
}

/** A stream that the catalog names and nobody has; the others are read all the same. */
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
