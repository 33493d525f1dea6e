import { errorTrace, type ConnectorError } from '../../airbyte/errors.js'
import { log, rateLimited, streamStatus, type Emission } from '../../airbyte/messages.js'
import { endsTheRun, missingFeature, toRunError, toUserError } from '../error-messages.js'
import { featureWarning } from './feature-warning.js'
import { ConcurrentMerge } from '../../common/merge-concurrently.js'
import type { SyncPlan } from '../plan.js'
import type { ListScan } from '../readers/list-scan.js'
import type { Unit } from '../readers/units.js'
import type { BuiltStream } from '../streams/build-stream.js'
import type { StreamEmitter } from '../streams/stream-emitter.js'
import { spentBy } from './spent.js'
import type { SyncOptions } from './sync-options.js'

/** What the streams of one run share: which are under way, what failed, what ends the run. */
export class Run {
  private readonly underWay = new Set<StreamEmitter>()
  private readonly concluded = new Set<StreamEmitter>()
  private readonly unitsLeft = new Map<ListScan, number>()
  private readonly configErrors: ConnectorError[] = []
  private endedBy: unknown
  private completed = 0
  private records = 0

  constructor(
    private readonly plan: SyncPlan,
    private readonly options: SyncOptions,
  ) {
    for (const { scan } of plan.units) this.unitsLeft.set(scan, (this.unitsLeft.get(scan) ?? 0) + 1)
  }

  /** A stream that is not begun at all; the others are read all the same. */
  *refuse(name: string, error: ConnectorError): Generator<Emission> {
    this.configErrors.push(error)
    yield streamStatus(name, 'STARTED')
    yield streamStatus(name, 'INCOMPLETE')
    this.options.onIncomplete(name)
  }

  async *read(): AsyncGenerator<Emission> {
    const { client } = this.options
    const { units, streams } = this.plan
    for (const stream of streams) if (this.lacksFeature(stream)) yield* this.withoutLists(stream.emitter)
    const families = streams.filter(({ emitter, children }) => children && !this.concluded.has(emitter))
    // Where nothing is read but compared, no queue of parents ends that could be waited for.
    const compared = families.filter(({ children }) => children?.verification?.isAll === true)
    const messages = new ConcurrentMerge<Emission>(
      units.map((unit) => this.readUnit(unit)),
      () => this.plan.lanes.forUnits,
      families.filter((stream) => !compared.includes(stream)).map((stream) => this.readChildren(stream)),
    )
    const unsubscribe = client.onRateLimited((until) => {
      for (const { stream } of this.underWay) messages.post(rateLimited(stream.name, until))
    })
    try {
      yield* messages
      for (const stream of compared) yield* this.readChildren(stream)
    } finally {
      unsubscribe()
    }
  }

  async *readBehindOthers(
    emitter: StreamEmitter,
    messages: AsyncGenerator<Emission>,
  ): AsyncGenerator<Emission> {
    if (this.endedBy !== undefined) emitter.fail(this.endedBy)
    yield* this.start(emitter)
    yield* messages
    yield* this.conclude(emitter)
  }

  /** The platform goes by the first error: one that may pass must not be hidden behind one that will not. */
  *errors(): Generator<Emission> {
    if (this.endedBy !== undefined) {
      const error = toRunError(this.endedBy, this.howFar())
      if (error.failureType === 'config_error') this.configErrors.push(error)
      else yield errorTrace(error)
    }
    for (const error of this.configErrors) yield errorTrace(error)
  }

  private howFar(): string {
    const records = this.records.toLocaleString('en')
    const streams = this.plan.streams.length + this.plan.deletions.length
    return `${this.completed} of ${streams} streams are complete; ${records} records were emitted.`
  }

  private async *readUnit(unit: Unit): AsyncGenerator<Emission> {
    const { scan } = unit
    const emitters = scan.subscriptions.map(({ emitter }) => emitter)
    for (const emitter of emitters) yield* this.start(emitter)
    try {
      if (scan.active.length > 0) yield* this.plan.lanes.inUnit(unit.read())
    } catch (error) {
      const failure: unknown = this.options.signal.aborted ? this.options.signal.reason : error
      scan.fail(failure, missingFeature(failure, scan.stream) !== undefined)
    }
    scan.unitEnded()
    for (const { failure } of emitters) this.endRunBy(failure)
    const left = (this.unitsLeft.get(scan) ?? 1) - 1
    this.unitsLeft.set(scan, left)
    if (left > 0) return
    scan.end()
    for (const stream of this.plan.streams) if (!stream.children) yield* this.concludeIfRead(stream.emitter)
  }

  /** Reads the children of a stream's parents, as these come in. */
  private async *readChildren({ emitter, children }: BuiltStream): AsyncGenerator<Emission> {
    if (!children) return
    try {
      yield* children.read()
    } catch (error) {
      emitter.fail(this.options.signal.aborted ? this.options.signal.reason : error)
    }
    this.endRunBy(emitter.failure)
    yield* this.start(emitter)
    yield* this.conclude(emitter)
  }

  private *start(emitter: StreamEmitter): Generator<Emission> {
    if (this.underWay.has(emitter) || this.concluded.has(emitter)) return
    this.underWay.add(emitter)
    yield emitter.started()
  }

  /** The account lacks the feature: nothing is read, and the state stays as it is. */
  private *withoutLists(emitter: StreamEmitter): Generator<Emission> {
    this.concluded.add(emitter)
    this.completed += 1
    yield emitter.started()
    yield featureWarning(emitter, emitter.stream.feature?.name ?? 'the feature')
    yield* emitter.completed()
  }

  private lacksFeature({ emitter, children }: BuiltStream): boolean {
    return this.listsLeft(emitter) === 0 && children?.verification?.isAll !== true
  }

  /** How many lists of the stream are still to be read. */
  private listsLeft(emitter: StreamEmitter): number {
    const left = [...this.unitsLeft].filter(([, units]) => units > 0)
    return left.filter(([scan]) => scan.subscriptions.some((own) => own.emitter === emitter)).length
  }

  private *concludeIfRead(emitter: StreamEmitter): Generator<Emission> {
    if (this.underWay.has(emitter) && this.listsLeft(emitter) === 0) yield* this.conclude(emitter)
  }

  /** What no later request can overcome ends the run for all streams. */
  private endRunBy(failure: unknown): void {
    const { client } = this.options
    if (this.endedBy !== undefined || !this.ends(failure)) return
    this.endedBy = failure
    client.halt(failure)
  }

  private ends(failure: unknown): boolean {
    const { client, signal } = this.options
    return failure !== undefined && (failure === client.haltReason || endsTheRun(failure, signal))
  }

  private *conclude(emitter: StreamEmitter): Generator<Emission> {
    this.underWay.delete(emitter)
    this.concluded.add(emitter)
    this.records += emitter.recordCount
    const { failure, stream } = emitter
    // A stream that has emitted records does not lack its feature, whatever it is refused with later.
    const feature = emitter.recordCount === 0 ? missingFeature(failure, stream) : undefined
    if (failure === undefined || feature !== undefined) yield* this.complete(emitter, feature)
    else yield* this.cutOff(emitter)
  }

  private *complete(emitter: StreamEmitter, feature: string | undefined): Generator<Emission> {
    this.completed += 1
    if (feature !== undefined) {
      this.plan.facts.of(emitter.stream.name).learn('featureMissing', true)
      yield featureWarning(emitter, feature)
    }
    yield log('INFO', `${emitter.stream.name}: ${spentBy(emitter, this.options.client)}.`)
    yield* emitter.completed()
  }

  private *cutOff(emitter: StreamEmitter): Generator<Emission> {
    const { failure, stream } = emitter
    // What ends the run is reported once, at its end; the streams that it cuts off only say so.
    if (!this.ends(failure)) {
      const error = toUserError(failure, stream.name, emitter.failedList.scopes)
      if (error.failureType === 'config_error') this.configErrors.push(error)
      else yield errorTrace(error)
    }
    yield log('WARN', `${stream.name} was cut off after ${spentBy(emitter, this.options.client)}.`)
    yield* emitter.cutOff()
    this.options.onIncomplete(stream.name)
  }
}
