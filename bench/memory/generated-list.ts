import { setImmediate } from 'node:timers/promises'
import { Body } from '../../src/pipedrive/http/body.js'
import type { ApiRequest, ApiResponse, RequestFn } from '../../src/pipedrive/http/request.js'

/** Four rows per second. */
const ROW_EVERY_MS = 250

/** Rows of a list like that of deals: dense ids, in the order of their update times. */
export class GeneratedList {
  private readonly start: number

  constructor(
    private readonly rows: number,
    private readonly now: number,
  ) {
    const span = rows * ROW_EVERY_MS
    this.start = Math.floor((now - 3_600_000 - span) / 1000) * 1000
  }

  /** The list of deals; all other lists are empty. */
  readonly request: RequestFn = async ({ path, params, turn }) => {
    // Over the network, no response comes in the same turn of the event loop as another one.
    await (turn?.() ?? setImmediate())
    const text = path === '/deals' ? this.page(params) : pageOf([], null)
    const bytes = new Body(Buffer.from(text))
    const body = bytes.json().value as ApiResponse['body']
    const times = { sentAt: this.now, roundTripMs: 0, serverTime: this.now }
    return { body, bytes, textLength: bytes.bytes.length, ...times }
  }

  private page(params: ApiRequest['params']): string {
    const first = this.indexFrom(params.updated_since) ?? 0
    const end = Math.min(this.indexFrom(params.updated_until) ?? this.rows, this.rows)
    const from = params.cursor === undefined ? 0 : Number(params.cursor)
    const count = Math.max(0, Math.min(Number(params.limit), end - first - from))
    const isDescending = params.sort_direction === 'desc'
    const data = Array.from({ length: count }, (_, at) =>
      this.row(isDescending ? end - 1 - from - at : first + from + at),
    )
    const next = from + count
    return pageOf(data, next < end - first ? String(next) : null)
  }

  private indexFrom(time: string | undefined): number | undefined {
    return time === undefined
      ? undefined
      : Math.max(0, Math.ceil((Date.parse(time) - this.start) / ROW_EVERY_MS))
  }

  private row(index: number): string {
    const second = Math.floor((this.start + index * ROW_EVERY_MS) / 1000) * 1000
    const update_time = new Date(second).toISOString().replace('.000Z', 'Z')
    return JSON.stringify({
      id: index + 1,
      title: `Deal ${index + 1}`,
      creator_user_id: 11_000_001,
      owner_id: 11_000_001 + (index % 40),
      value: (index * 37) % 100_000,
      currency: 'EUR',
      person_id: 1 + (index % 500_000),
      org_id: index % 3 === 0 ? null : 1 + (index % 100_000),
      stage_id: 1 + (index % 7),
      pipeline_id: 1,
      status: index % 5 === 0 ? 'won' : 'open',
      is_archived: false,
      is_deleted: false,
      add_time: update_time,
      update_time,
      archive_time: null,
      custom_fields: { d4668a5e074e0240c726132ec66db6e58d8d12d8: index % 11 },
    })
  }
}

function pageOf(rows: readonly string[], nextCursor: string | null): string {
  const next = JSON.stringify(nextCursor)
  return `{"success":true,"data":[${rows.join()}],"additional_data":{"next_cursor":${next}}}`
}
