import type { Body } from './body.js'
import type { ResponseHeaders } from '../limits/rate-limit-headers.js'
import type { RequestAuth } from './request.js'
import type { ParsedResponse, RawResponse } from './response.js'

export interface TransportRequest<T> {
  method: 'GET' | 'POST'
  url: string
  params?: Readonly<Record<string, string>> | undefined
  body?: string
  auth: RequestAuth
  parse: (response: RawResponse) => ParsedResponse<T>
  /** Tokens of the daily budget. */
  cost: number
  /** What the request is counted under in the usage. */
  label: string
  /** As in ApiRequest. */
  priority?: number | undefined
  /** As in ApiRequest. */
  turn?: (() => Promise<void>) | undefined
  /** As in ApiRequest. */
  timeoutAttempts?: number | undefined
  /** Every other request waits for this one: an access token. */
  neededByAll?: boolean
  /** For messages: method and path, never the query, which could hold personal data. */
  name: string
}

export interface TransportResponse<T> {
  body: T
  headers: ResponseHeaders
  /** When the successful attempt was sent, by the local clock; milliseconds since 1970. */
  sentAt: number
  roundTripMs: number
  /** Bytes of the body. */
  textLength: number
  /** As in ApiResponse. */
  bytes?: Body | undefined
}
