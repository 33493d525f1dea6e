import type { ConfiguredStream } from '../../src/airbyte/catalog.js'
import type { Emission, JsonObject, StateMessage } from '../../src/airbyte/messages.js'
import { manifest } from '../../src/manifest/manifest.js'
import type { Client } from '../../src/pipedrive/client.js'
import { ApiError } from '../../src/pipedrive/http/api-error.js'
import type { ApiRequest, ApiResponse } from '../../src/pipedrive/http/request.js'
import { planSync, type PlanOptions } from '../../src/sync/plan.js'
import { sync } from '../../src/sync/sync.js'
import { recordOf } from './writer.js'

export type SmallRow = Readonly<Record<string, unknown>> & { id: number | string }

/** What a run of the engine brought. */
export interface RunResult {
  emissions: Emission[]
  /** Parsed records of a stream, in the order in which they were emitted. */
  records: (stream: string) => Record<string, unknown>[]
  /** The last state of each stream. */
  states: Map<string, JsonObject>
  statuses: (stream: string) => string[]
  logs: string[]
  requests: ApiRequest[]
}

interface RunOptions extends Partial<PlanOptions> {
  /** How many units run side by side. */
  width?: number
}

/** Lists in memory, by path, that the engine reads in process. The clock is the test's. */
export class SmallCompany {
  /** The server's time. */
  now = Date.now()
  readonly requests: ApiRequest[] = []
  /** Called before each request; may throw or return another body. */
  before: (request: ApiRequest) => ApiResponse['body'] | undefined = () => undefined

  constructor(readonly lists: Record<string, SmallRow[]>) {}

  /** A time, so many seconds before now, as v2 writes it. */
  ago(seconds: number): string {
    return new Date(Math.floor(this.now / 1000 - seconds) * 1000).toISOString().replace('.000Z', 'Z')
  }

  readonly request = async (request: ApiRequest): Promise<ApiResponse> => {
    await new Promise((resolve) => setImmediate(resolve))
    this.requests.push(request)
    const body = this.before(request) ?? this.page(request)
    return {
      body,
      sentAt: this.now,
      roundTripMs: 0,
      serverTime: this.now,
      textLength: JSON.stringify(body).length,
    }
  }

  async run(
    streams: readonly string[],
    states: ReadonlyMap<string, JsonObject> = new Map(),
    { width = 4, ...options }: RunOptions = {},
  ): Promise<RunResult> {
    const configured: ConfiguredStream[] = streams.map((text) => {
      const [name = '', mode] = text.split(':')
      return { name, syncMode: mode === 'full_refresh' ? 'full_refresh' : 'incremental', properties: {} }
    })
    const from = this.requests.length
    const client = haltable(this.request, width)
    const plan = planSync(configured, {
      request: client.request,
      account: {
        userName: 'A user',
        companyId: 1,
        companyName: 'A company',
        tokenOwner: { user: 1, admin: true },
        serverTime: this.now,
        isServerTimeCredible: true,
      },
      manifest,
      states,
      startDate: undefined,
      startDates: {},
      lookbackMs: 600_000,
      customFields: 'columns',
      customFieldsBackfill: false,
      concurrency: () => width,
      ...options,
    })
    const emissions: Emission[] = []
    const signal = new AbortController().signal
    for await (const emission of sync(plan, { client, signal, onIncomplete: () => undefined })) {
      emissions.push(structuredClone(emission))
    }
    return { ...resultOf(emissions, states), requests: this.requests.slice(from) }
  }

  private page({ api, path, params }: ApiRequest): ApiResponse['body'] {
    const rows = sorted(filtered(this.lists[path] ?? [], params), params)
    const limit = Number(params.limit ?? Infinity)
    if (params.limit === undefined) return { data: rows }
    const start = api === 'v2' ? startAfter(rows, params.cursor) : Number(params.start ?? 0)
    const data = rows.slice(start, start + limit)
    const more = start + data.length < rows.length
    if (api === 'v1') return { data, additional_data: { pagination: { more_items_in_collection: more } } }
    return { data, additional_data: { next_cursor: more ? `after ${String(data.at(-1)?.id)}` : null } }
  }
}

export function spent(): ApiError {
  return new ApiError({ kind: 'daily_budget_spent', status: 429 }, 'GET of a test')
}

export function stateOf(result: RunResult, ...streams: string[]): Map<string, JsonObject> {
  return new Map([...result.states].filter(([name]) => streams.length === 0 || streams.includes(name)))
}

function haltable(request: (request: ApiRequest) => Promise<ApiResponse>, width: number): Client {
  const halted: { reason?: Error } = {}
  const client = {
    concurrency: width,
    usage: { of: () => ({ requests: 0, tokens: 0 }) },
    onRateLimited: () => () => undefined,
    halt: (reason: unknown) => {
      if (reason instanceof Error) halted.reason ??= reason
    },
    get haltReason() {
      return halted.reason
    },
    request: async (sent: ApiRequest) => {
      if (halted.reason !== undefined) throw halted.reason
      return request(sent)
    },
  }
  return client as unknown as Client
}

function resultOf(emissions: Emission[], before: ReadonlyMap<string, JsonObject>) {
  const states = new Map(before)
  for (const emission of emissions) if (emission.type === 'STATE') keep(states, emission)
  const records = (stream: string) =>
    emissions.flatMap((emission) =>
      emission.type === 'RECORDS' && emission.stream === stream ? emission.records.map(recordOf) : [],
    )
  const statuses = (stream: string) => {
    const texts = emissions.map((emission) => JSON.stringify(emission))
    return texts
      .filter((text) => text.includes('"STREAM_STATUS"') && text.includes(`"name":"${stream}"`))
      .map((text) => /"status":"(\w+)"/.exec(text)?.[1] ?? '')
  }
  const logs = emissions.flatMap((emission) =>
    emission.type === 'LOG' ? [`${emission.log.level} ${emission.log.message}`] : [],
  )
  return { emissions, states, records, statuses, logs }
}

function keep(states: Map<string, JsonObject>, { state }: StateMessage): void {
  const { stream } = state
  states.set(stream.stream_descriptor.name, stream.stream_state)
}

function filtered(rows: readonly SmallRow[], params: ApiRequest['params']): SmallRow[] {
  const { updated_since: since, updated_until: until, ids, deal_ids: parents } = params
  return rows.filter((row) => {
    const time = Date.parse(timeText(row))
    if (since !== undefined && !(time >= Date.parse(since))) return false
    if (until !== undefined && !(time < Date.parse(until))) return false
    if (ids !== undefined && !ids.split(',').includes(String(row.id))) return false
    return parents === undefined || parents.split(',').includes(String(row.deal_id))
  })
}

function timeText({ update_time: time }: SmallRow): string {
  return typeof time === 'string' ? time : ''
}

function sorted(rows: SmallRow[], params: ApiRequest['params']): SmallRow[] {
  const [field = 'id', direction = 'asc'] = (
    params.sort?.split(',')[0] ?? `${params.sort_by ?? 'id'} ${params.sort_direction ?? 'asc'}`
  ).split(' ')
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1
  const byId = (a: SmallRow, b: SmallRow) =>
    typeof a.id === 'number' ? a.id - Number(b.id) : a.id < b.id ? -1 : 1
  if (field !== 'update_time') return rows.toSorted((a, b) => byId(a, b) * sign)
  const second = (row: SmallRow) => timeText(row).slice(0, 19)
  return rows.toSorted((a, b) => {
    const [one, other] = [second(a), second(b)]
    return (one < other ? -1 : one > other ? 1 : byId(a, b)) * sign
  })
}

function startAfter(rows: readonly SmallRow[], cursor: string | undefined): number {
  return cursor === undefined ? 0 : rows.findIndex(({ id }) => `after ${id}` === cursor) + 1
}
