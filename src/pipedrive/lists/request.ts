import { isObject } from '../../common/is-object.js'

/** One GET of a list. */
export interface ListRequest {
  api: 'v1' | 'v2'
  /** Below the API's base, for example `/deals`. */
  path: string
  params: Readonly<Record<string, string>>
  /** Tokens of the daily budget. */
  cost: number
  /** Whose usage it counts as: usually a stream's name. */
  label: string
  /** Of requests that wait for the rate limit, 0 goes first. */
  priority?: number
  /** How many attempts in all may end by a timeout. */
  timeoutAttempts?: number
}

export interface ListResponse {
  body: { data: unknown; additional_data?: unknown }
  /** By our clock, when the successful attempt was sent; milliseconds since the epoch. */
  sentAt: number
  roundTripMs: number
  /** By the server's clock, where the response reports it. */
  serverTime?: number
  /** Characters of the body. */
  textLength: number
}

/** Sends a request; throws an Error with a `kind` when no attempt succeeded. */
export type RequestFn = (request: ListRequest) => Promise<ListResponse>

/** Why a request failed, for example `bad_request`; undefined for an error that is not the API's. */
export function failureKind(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const source: unknown = 'fault' in error ? error.fault : error
  return isObject(source) && typeof source.kind === 'string' ? source.kind : undefined
}
