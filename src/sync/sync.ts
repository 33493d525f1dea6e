import { errorTrace, type ConnectorError } from '../airbyte/errors.js'
import {
  log,
  rateLimited,
  state,
  streamStatus,
  type AirbyteMessage,
  type JsonObject,
} from '../airbyte/messages.js'
import type { Client } from '../pipedrive/client.js'
import { endsTheRun, explain, explainEnd, lackedFeature } from './error-messages.js'
import type { AheadOfTime, Plan } from './plan.js'
import { readList } from './read-list.js'
import type { Scan } from './scan.js'
import { SideBySide } from './side-by-side.js'
import type { StreamRun } from './stream-run.js'
import { formatTime } from '../common/time.js'

export interface SyncOptions {
  client: Client
  /** Ends the run; what was read so far is kept by the states already sent. */
  signal: AbortSignal
  /** Told of every stream that did not complete. */
  onIncomplete: (stream: string) => void
}

/** The whole sync as messages: lists side by side, each row on its way before its list's next page is asked for. */
export async function* sync(plan: Plan, options: SyncOptions): AsyncGenerator<AirbyteMessage> {
  if (plan.wider.length > 0) {
    yield log(
      'WARN',
      `The token's owner may see rows that the last one could not. What changed before the last sync is not read again: to have it, refresh ${plan.wider.join(', ')}.`,
    )
  }
  const run = new Run(options)
  for (const { name, error } of plan.refused) yield* run.refuse(name, error)
  for (const stream of plan.ahead) yield* giveBack(stream)
  yield* run.read(plan.groups)
  yield* run.errors()
}

/** What the streams of one run share: how many are under way, what failed, what ends it. */
class Run {
  private readonly underWay = new Set<StreamRun>()
  private readonly configErrors: ConnectorError[] = []
  private over: unknown
  private streams = 0
  private completed = 0
  private records = 0

  constructor(private readonly options: SyncOptions) {}

  /** A stream that is not begun at all; the others are read all the same. */
  *refuse(name: string, error: ConnectorError): Generator<AirbyteMessage> {
    this.configErrors.push(error)
    yield streamStatus(name, 'STARTED')
    yield streamStatus(name, 'INCOMPLETE')
    this.options.onIncomplete(name)
  }

  /** As many groups of lists at once as the rate limit asks for. */
  async *read(groups: readonly (readonly Scan[])[]): AsyncGenerator<AirbyteMessage> {
    const { client } = this.options
    this.streams = runsOf(groups.flat()).length
    const lists = groups.map((scans) => this.readGroup(scans))
    const messages = new SideBySide(lists, () => client.concurrency)
    const unsubscribe = client.onRateLimited((until) => {
      for (const { stream } of this.underWay) messages.post(rateLimited(stream.name, until))
    })
    try {
      yield* messages
    } finally {
      unsubscribe()
    }
  }

  /** The platform goes by the first error: one that may pass must not be hidden behind one that will not. */
  *errors(): Generator<AirbyteMessage> {
    if (this.over !== undefined) {
      const error = explainEnd(this.over, this.howFar())
      if (error.failureType === 'config_error') this.configErrors.push(error)
      else yield errorTrace(error)
    }
    for (const error of this.configErrors) yield errorTrace(error)
  }

  private howFar(): string {
    const records = this.records.toLocaleString('en')
    return `Of ${this.streams} streams ${this.completed} are complete; ${records} records were sent.`
  }

  /** Lists that share streams, one after another. */
  private async *readGroup(scans: readonly Scan[]): AsyncGenerator<AirbyteMessage> {
    const begun = new Set<StreamRun>()
    for (const [index, scan] of scans.entries()) {
      const runs = runsOf([scan])
      for (const run of runs.filter((one) => !begun.has(one))) {
        begun.add(run)
        this.underWay.add(run)
        yield run.started()
      }
      yield* readList(scan, this.options.signal)
      for (const { failure } of runs) this.endBy(failure)
      const later = runsOf(scans.slice(index + 1))
      for (const run of runs.filter((one) => !later.includes(one))) yield* this.conclude(run)
    }
  }

  /** What no later request can get over is the reason for all of them. */
  private endBy(failure: unknown): void {
    if (this.over !== undefined || !this.ends(failure)) return
    this.over = failure
    this.options.client.halt(failure)
  }

  /** Also when the client halted by itself, after an outage of minutes. */
  private ends(failure: unknown): boolean {
    const { client, signal } = this.options
    return endsTheRun(failure, signal) || (failure !== undefined && failure === client.haltReason)
  }

  private *conclude(run: StreamRun): Generator<AirbyteMessage> {
    const { client, onIncomplete } = this.options
    const { failure, recordCount } = run
    const { name } = run.stream
    const { requests, tokens } = client.usage.of(name)
    const spent = `${recordCount.toLocaleString('en')} records, ${requests} requests, ${tokens} tokens`
    this.underWay.delete(run)
    this.records += recordCount
    // What has sent records is not lacking, whatever it is refused with later.
    const lacked = recordCount === 0 ? lackedFeature(failure, run.stream) : undefined
    if (lacked !== undefined)
      yield log('WARN', `${name} stays empty: the Pipedrive account does not have ${lacked}.`)
    if (failure === undefined || lacked !== undefined) {
      this.completed += 1
      yield log('INFO', `${name}: ${spent}.`)
      yield* run.completed()
      return
    }
    // What ends the run is told once, at its end; the streams that it cuts off only say that they are.
    if (!this.ends(failure)) {
      const error = explain(failure, name)
      if (error.failureType === 'config_error') this.configErrors.push(error)
      else yield errorTrace(error)
    }
    yield log('WARN', `${name} was cut off after ${spent}.`)
    yield* run.cutOff()
    onIncomplete(name)
  }
}

/** The streams that live on these lists, each once. */
function runsOf(scans: readonly Scan[]): StreamRun[] {
  return [...new Set(scans.flatMap(({ consumers }) => consumers.map(({ run }) => run)))]
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
