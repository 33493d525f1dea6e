import { getResponse } from 'msw'
import {
  createSandbox,
  type Row,
  type Sandbox,
  type SandboxOptions,
  type SeedRecord,
  type Switches,
} from '../../sandbox/sandbox.js'

export interface Body {
  readonly success: boolean
  readonly error?: string
  readonly errorCode?: number
  readonly code?: string
  readonly data: readonly Row[] | null
  readonly additional_data?: {
    readonly next_cursor?: string | null
    readonly company_id?: number
    readonly pagination?: {
      readonly start: number
      readonly limit: number
      readonly more_items_in_collection: boolean
      readonly next_start?: number
    }
  }
}

export interface Reply {
  readonly status: number
  readonly body: Body
  readonly headers: Headers
}

/** The time of a sandbox's clock that stands still. */
export const NOON = Date.UTC(2026, 5, 1, 12)
export const NOW = '2026-06-01T12:00:00Z'
export const EARLY = '2026-01-01T00:00:00Z'

/** A sandbox whose clock stands still at NOON until a test advances it. */
export function stillSandbox(options: SandboxOptions = {}): Sandbox {
  return createSandbox({ now: () => NOON, ...options })
}

export async function send(sandbox: Sandbox, url: string, init: RequestInit = {}): Promise<Response> {
  const headers = { 'x-api-token': sandbox.apiToken, ...(init.headers as Record<string, string> | undefined) }
  const response = await getResponse(sandbox.handlers, new Request(url, { ...init, headers }))
  if (response === undefined) throw new Error(`No handler for ${url}`)
  return response
}

/** GET of a path on the shared host: '/v1/leads', '/api/v2/deals?limit=1'. */
export async function get(sandbox: Sandbox, path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await send(sandbox, `https://api.pipedrive.com${path}`, init)
  return { status: response.status, body: (await response.json()) as Body, headers: response.headers }
}

export const ids = (rows: readonly Row[] | null): unknown[] => (rows ?? []).map((row) => row.id)

/** Follows next_cursor to the end. */
export async function allPages(sandbox: Sandbox, path: string): Promise<Row[][]> {
  const pages: Row[][] = []
  let cursor: string | null | undefined
  do {
    const next = cursor ? `&cursor=${cursor}` : ''
    const { body, status } = await get(sandbox, `${path}${next}`)
    if (status !== 200) throw new Error(`${path} responds with ${status}: ${body.error ?? ''}`)
    pages.push([...(body.data ?? [])])
    cursor = body.additional_data?.next_cursor
  } while (cursor)
  return pages
}

/** A row that was last changed at EARLY. */
export function record(stream: string, id: number | string, more: Row = {}): SeedRecord {
  return { stream, data: { id, status: 'open', add_time: EARLY, update_time: EARLY, ...more } }
}

export function sandboxOf(records: readonly SeedRecord[], switches: Partial<Switches> = {}): Sandbox {
  return stillSandbox({ records, switches })
}

/** The ids of a list's first page. */
export async function listed(sandbox: Sandbox, path: string): Promise<unknown[]> {
  return ids((await get(sandbox, path)).body.data)
}
