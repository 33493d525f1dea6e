import { log, type Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import { changesAreCompared, type StreamSpec } from '../../manifest/stream.js'
import type { Account } from '../../pipedrive/account.js'
import type { ListFacts } from '../../pipedrive/lists/list-facts.js'
import type { ListQuery } from '../../pipedrive/lists/list-query.js'
import type { Position } from '../../pipedrive/lists/position.js'
import { PageReader, type ListPage } from '../../pipedrive/lists/reader.js'
import { readSingleRow } from '../../pipedrive/lists/single-row.js'
import type { RequestFn } from '../../pipedrive/http/request.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { NOTHING, type Checkpoint } from '../state/checkpoint.js'
import { KeySet } from '../state/key-set.js'
import type { KnownNames } from '../state/known-names.js'
import type { Onlooker } from '../streams/missing-rows.js'
import type { Subscription } from '../streams/subscription.js'
import { viewerOf } from '../streams/viewer.js'
import { listOf } from '../records/list-of.js'
import { learnWhatMoves } from './archive-evidence.js'
import { Lanes } from './lanes.js'
import { ListOutline } from './list-outline.js'
import { RunClock } from './run-clock.js'

/** So many pages of an archive are read before the list that its rows come from: about all rows of most archives. */
const HEAD_PAGES = 5

export interface ScanOptions {
  readonly lookbackMs: number
  /** How long a reading of a list of settings counts; 0: until the next run. */
  readonly settingsEveryMs?: number
  /** What other lists call the rows of this one, where it is not read in every run. */
  readonly names?: KnownNames | undefined
  /** Whose token it is; absent: not known. */
  readonly account?: Pick<Account, 'tokenOwner'>
  /** Shared by all lists of the run; absent: its pages are read one after another. */
  readonly lanes?: Lanes
}

/** The reading of one list, once per run, for every stream that subscribes to it. */
export class ListScan {
  readonly clock: RunClock
  /** Keys that this run has seen in the list, where that is an archive, or short. */
  readonly seen = new KeySet()
  readonly outline = new ListOutline()
  private rowSeen = false
  private readonly reader: PageReader
  private readonly all: Subscription[] = []
  private pagesRead = 0
  private whole = false
  private announceHead: () => void = () => undefined
  /** Resolves when the first pages of the list, or all of it, have been read. */
  readonly headRead = new Promise<void>((resolve) => (this.announceHead = resolve))

  private announceEnd: () => void = () => undefined
  /** Resolves when the reading is over, or has failed. */
  readonly ended = new Promise<void>((resolve) => (this.announceEnd = resolve))

  private unitsLeft = 0
  private announceUnitsEnd: () => void = () => undefined
  /** Resolves when all units have ended that were announced. */
  readonly unitsEnded = new Promise<void>((resolve) => (this.announceUnitsEnd = resolve))

  readonly settingsEveryMs: number
  readonly lanes: Lanes
  readonly names: KnownNames | undefined
  /** Who looks at the list; undefined: not known. */
  readonly onlooker: Onlooker | undefined

  constructor(
    readonly stream: StreamSpec,
    readonly facts: ListFacts,
    private readonly request: RequestFn,
    { lookbackMs, settingsEveryMs = 0, names, lanes = new Lanes(), account }: ScanOptions,
  ) {
    this.onlooker = account && { viewer: viewerOf(account), seesAll: account.tokenOwner.admin }
    this.reader = new PageReader(request, listOf(stream), facts)
    this.clock = new RunClock(lookbackMs)
    this.settingsEveryMs = settingsEveryMs
    this.names = names
    this.lanes = lanes
  }

  /** Whether this run has seen a row of the list. */
  get hasRows(): boolean {
    return this.rowSeen
  }

  get subscriptions(): readonly Subscription[] {
    return this.all
  }

  /** Subscriptions whose streams have not failed. */
  get active(): Subscription[] {
    return this.all.filter(({ emitter }) => emitter.failure === undefined)
  }

  /** How far back the stream goes that is furthest behind. */
  get oldest(): Time {
    return Math.min(...this.active.map(({ cursor }) => cursor.oldest))
  }

  /** Subscriptions that may wait for requests of their own come last: rows of the page are not kept back by them. */
  subscribe(subscription: Subscription): void {
    this.all.push(subscription)
    this.all.sort((a, b) => Number(a.role === 'parents') - Number(b.role === 'parents'))
  }

  /** A row by its key, where the manifest says how to ask for it; see `readSingleRow`. */
  async row(key: string, priority: number): Promise<Row | 'absent' | undefined> {
    const { stream, request } = this
    if (!stream.single) return undefined
    return readSingleRow(request, listOf(stream), stream.single, key, priority)
  }

  async *pages(query: ListQuery, from?: Position): AsyncGenerator<ListPage> {
    for await (const page of this.reader.pages(query, from)) {
      this.clock.observe(page.times, page.rows)
      this.rowSeen ||= page.rows.length > 0
      this.outline.see(page.rows)
      if (this.stream.archiveOf || changesAreCompared(this.stream))
        for (const { key } of page.rows) this.seen.add(key)
      this.names?.see(page.rows)
      yield page
    }
  }

  /**
   * Hands rows to every subscription. One that fails leaves the others alone. `provesFor`: the subscriptions that the
   * checkpoint is meant for, where that is not all. `to`: those that get the rows.
   */
  async *dispatch(
    rows: readonly Row[],
    proved: Checkpoint = NOTHING,
    provesFor: (subscription: Subscription) => boolean = () => true,
    to: readonly Subscription[] = this.active,
  ): AsyncGenerator<Emission> {
    if (this.stream.archiveOf) learnWhatMoves(this, rows)
    for (const subscription of to) {
      const checkpoint = provesFor(subscription) ? proved : NOTHING
      const { emitter } = subscription
      try {
        yield* subscription.consume({ rows, checkpoint })
      } catch (error) {
        emitter.fail(error)
        yield log('DEBUG', `${emitter.stream.name} stops reading ${this.stream.name}: ${String(error)}`)
      }
    }
    this.pagesRead += 1
    if (this.pagesRead !== HEAD_PAGES) return
    this.announceHead()
    yield log('DEBUG', `${this.stream.name}: the first ${HEAD_PAGES} pages have been read.`)
  }

  /** Whether this run has read the list from its beginning to an end that was stated. */
  get isWhole(): boolean {
    return this.whole
  }

  readWhole(): void {
    this.whole = true
  }

  get isHeadRead(): boolean {
    return this.pagesRead >= HEAD_PAGES
  }

  /**
   * The reading failed: every stream that still takes part fails with it. `isMissing`: because the account lacks the
   * feature that the list belongs to.
   */
  fail(error: unknown, isMissing = false): void {
    for (const { emitter, goesOnWithoutList = false } of this.active)
      if (!(isMissing && goesOnWithoutList)) emitter.fail(error, this.stream)
  }

  /** A unit of the list has ended; the first one is that of the rows. */
  unitEnded(): void {
    this.announceHead()
    this.unitsLeft -= 1
    if (this.unitsLeft <= 0) this.announceUnitsEnd()
  }

  /** How many units there are beside one that waits for them. */
  expectUnits(count: number): void {
    this.unitsLeft = count
    if (count === 0) this.announceUnitsEnd()
  }

  /** Subscriptions that deal with rows as they come. */
  get prompt(): Subscription[] {
    return this.active.filter(({ backlog }) => backlog === undefined)
  }

  end(): void {
    for (const subscription of this.all) subscription.end()
    this.announceEnd()
  }
}
