import { errorTrace, type ConnectorError } from '../airbyte/errors.js'
import { log, state, streamStatus, type AirbyteMessage, type JsonObject } from '../airbyte/messages.js'
import type { Client } from '../pipedrive/client.js'
import type { Consumer } from './consumer.js'
import { endsTheRun, explain } from './failure.js'
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
  onFailure: (error: ConnectorError) => void
}

/** The whole sync as messages: scan after scan, each row on its way before the next page is asked for. */
export async function* sync(plan: Plan, options: SyncOptions): AsyncGenerator<AirbyteMessage> {
  for (const stream of plan.ahead) yield* giveBack(stream)
  let over: unknown
  for (const scan of plan.scans) {
    for (const consumer of scan.consumers) yield consumer.started()
    if (over === undefined) yield* run(scan, options.signal)
    else fail(scan, over)
    over = scan.consumers.map(({ failure }) => failure).find(endsTheRun) ?? over
    for (const consumer of scan.consumers) yield* conclude(consumer, options)
  }
}

async function* run(scan: Scan, signal: AbortSignal): AsyncGenerator<AirbyteMessage> {
  try {
    yield* read(scan)
    // A scan without takers left has ended early.
    signal.throwIfAborted()
  } catch (error) {
    signal.throwIfAborted()
    fail(scan, error)
  }
}

async function* read(scan: Scan): AsyncGenerator<AirbyteMessage> {
  const { scan: kind } = scan.stream
  switch (kind.kind) {
    case 'span':
      yield* readSpans(scan, kind)
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
      throw new Error(`${scan.stream.name} has no list of its own.`)
  }
}

function fail(scan: Scan, error: unknown): void {
  for (const consumer of scan.active) consumer.failure = error
}

function* conclude(consumer: Consumer, { client, onFailure }: SyncOptions): Generator<AirbyteMessage> {
  const { name } = consumer.stream
  const { requests, tokens } = client.ledger.of(name)
  const spent = `${consumer.recordCount.toLocaleString('en')} records, ${requests} requests, ${tokens} tokens`
  if (consumer.failure === undefined) {
    yield log('INFO', `${name}: ${spent}.`)
    yield* consumer.completed()
    return
  }
  const error = explain(consumer.failure, name)
  yield log('WARN', `${name} was cut off after ${spent}.`)
  // The platform goes by the first error: one that may pass must not be hidden behind one that will not.
  if (error.failureType !== 'config_error') yield errorTrace(error)
  yield* consumer.cutOff()
  onFailure(error)
}

function* giveBack({ stream, state: saved, cursor }: AheadOfTime): Generator<AirbyteMessage> {
  const { name } = stream
  yield streamStatus(name, 'STARTED')
  yield log(
    'WARN',
    `${name}: the saved cursor ${formatTime(cursor)} lies in the future; nothing is read until then. Clear the stream to read it again.`,
  )
  yield streamStatus(name, 'RUNNING')
  yield state(name, saved as JsonObject)
  yield streamStatus(name, 'COMPLETE')
}
