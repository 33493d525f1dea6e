import type { Emission } from '../../src/airbyte/messages.js'
import { defineStream, type StreamSpec } from '../../src/manifest/stream.js'
import type { RequestFn } from '../../src/pipedrive/http/request.js'
import { ListFacts } from '../../src/pipedrive/lists/list-facts.js'
import type { Row } from '../../src/pipedrive/lists/row.js'
import type { RecordMapper } from '../../src/sync/records/record-mapper.js'
import { Lanes } from '../../src/sync/readers/lanes.js'
import { ListScan } from '../../src/sync/readers/list-scan.js'
import type { Checkpoint } from '../../src/sync/state/checkpoint.js'
import { Fingerprints } from '../../src/sync/state/fingerprints.js'
import { KeySet } from '../../src/sync/state/key-set.js'
import type { ListPosition } from '../../src/sync/state/list-position.js'
import { StreamCursor } from '../../src/sync/state/stream-cursor.js'
import type { Role } from '../../src/sync/streams/list-part.js'
import { StreamEmitter } from '../../src/sync/streams/stream-emitter.js'
import type { PageOfRows, Subscription } from '../../src/sync/streams/subscription.js'
import { ArrayServer, type ArrayRow, type Switches } from './array-server.js'

/** The server's time in all responses of a scan. */
export const NOW = Date.UTC(2026, 5, 2, 12)
export const MINUTE = 60_000
export const LOOKBACK = 10 * MINUTE
const ROOM = 10_000

/** A time so many minutes before NOW, as the API writes it. */
export const minutesAgo = (minutes: number) =>
  new Date(NOW - minutes * MINUTE).toISOString().replace('.000Z', 'Z')

/** Rows with ids from 1 on, and the times given in minutes before NOW; null: none. */
export const rowsAgo = (...minutes: (number | null)[]): ArrayRow[] =>
  minutes.map((ago, at) => ({ id: at + 1, update_time: ago === null ? '' : minutesAgo(ago) }))

type Traits = Partial<Parameters<typeof defineStream>[0]>

/** A v2 list that is read by update time, in pages of four rows. */
export const specOf = (traits: Traits = {}): StreamSpec =>
  defineStream({
    name: 'deals',
    api: 'v2',
    path: '/deals',
    pageSize: 4,
    cursorField: 'update_time',
    strategy: { kind: 'by-update-time', time: ['update_time'], until: true },
    cost: 10,
    scopes: [],
    ...traits,
  })

/** Emits rows as they are. */
export const plainMapper = (
  toRecord: (row: Readonly<Record<string, unknown>>) => unknown = (row) => row,
): RecordMapper => ({
  // eslint-disable-next-line @typescript-eslint/require-await -- a throw is a rejection
  map: async (rows) => {
    const records = rows.map(({ data }) => ({ text: JSON.stringify(toRecord(data)), changes: [] }))
    return { records, size: records.reduce((sum, { text }) => sum + text.length, 0) }
  },
  takeWarnings: () => [],
})

export function emitterOf(stream: StreamSpec, toState = () => ({ state: true }) as object): StreamEmitter {
  return new StreamEmitter(stream, {
    mode: 'incremental',
    mapper: plainMapper(),
    toState: () => toState() as never,
    otherChanges: () => 0,
  })
}

/** Of a list of which everything is pending, unless the position says otherwise. */
export function cursorOf(
  position: Partial<ListPosition> = {},
  remembering: 'all rows' | 'rows in pending slices' = 'rows in pending slices',
) {
  const whole: ListPosition = { isNew: true, pending: [[0, null]], fingerprints: undefined, ...position }
  return new StreamCursor(whole, remembering, () => new Fingerprints(ROOM))
}

/** Notes the pages that it gets, and applies their checkpoints. */
export class RecordingSubscription implements Subscription {
  readonly pages: PageOfRows[] = []
  readonly moving = new KeySet()
  ended = 0

  constructor(
    readonly emitter: StreamEmitter,
    readonly cursor: StreamCursor,
    readonly role: Role = 'own',
    private readonly onPage: (page: PageOfRows) => void = () => undefined,
  ) {}

  get list(): string {
    return this.emitter.stream.name
  }

  get rows(): Row[] {
    return this.pages.flatMap(({ rows }) => rows)
  }

  get ids(): number[] {
    return this.rows.map(({ key }) => Number(key))
  }

  get checkpoints(): Checkpoint[] {
    return this.pages.map(({ checkpoint }) => checkpoint)
  }

  // eslint-disable-next-line @typescript-eslint/require-await, require-yield -- a generator by contract
  async *consume(page: PageOfRows): AsyncGenerator<Emission> {
    this.pages.push({ ...page, rows: [...page.rows] })
    this.onPage(page)
    for (const { key } of page.rows) this.cursor.roster?.add(key)
    this.cursor.apply(page.checkpoint)
  }

  end(): void {
    this.ended += 1
  }
}

export interface ScanOptions {
  readonly traits?: Traits
  readonly rows?: ArrayRow[]
  readonly switches?: Partial<Switches>
  readonly positions?: readonly Partial<ListPosition>[]
  readonly facts?: ListFacts
  readonly before?: ConstructorParameters<typeof ArrayServer>[2]
  readonly role?: Role
  /** How many pages are read side by side; default: one. */
  readonly lanes?: number
  /** Pages have their rows in the opposite order. */
  readonly isReversed?: boolean
}

/** A scan of a list over an array, and one recording subscription per position. */
export function scanOf(options: ScanOptions) {
  const { traits, rows = [], switches, positions = [{}], facts = new ListFacts(), before, role } = options
  const stream = specOf(traits)
  const server = new ArrayServer(rows, switches, before)
  const request: RequestFn = async (sent) => {
    const { body, ...response } = await server.request(sent)
    const data =
      options.isReversed && Array.isArray(body.data) ? [...(body.data as unknown[])].reverse() : body.data
    return { ...response, body: { ...body, data }, sentAt: NOW, serverTime: NOW + 10 }
  }
  const lanes = new Lanes(() => options.lanes ?? 1)
  const scan = new ListScan(stream, facts, request, { lookbackMs: LOOKBACK, lanes })
  const remembering = stream.strategy.kind === 'full-scan' ? 'all rows' : 'rows in pending slices'
  const subscriptions = positions.map((position, at) => {
    const emitter = emitterOf({ ...stream, name: at === 0 ? stream.name : `${stream.name}_${at}` })
    return new RecordingSubscription(emitter, cursorOf(position, remembering), role)
  })
  const [first] = subscriptions
  if (!first) throw new Error('A scan needs a subscription.')
  for (const subscription of subscriptions) scan.subscribe(subscription)
  return { scan, server, facts, subscriptions, subscription: first }
}

/** Runs a reader to its end; what it yields. */
export async function drained<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
