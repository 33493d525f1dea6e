import type { Body } from './body.js'
import type { ApiVersion } from './hosts.js'
import type { ResponseBody } from './response.js'

/** One GET request to Pipedrive's API. */
export interface ApiRequest {
  api: ApiVersion
  /** Without the version: `/deals`. */
  path: string
  params: Readonly<Record<string, string>>
  /** Tokens of the daily budget. */
  cost: number
  /** What the request is counted under in the usage: usually the name of a stream. */
  label: string
  /** Of requests that wait for the rate limit, the lowest number goes first: 0 to 9, default 0. */
  priority?: number
  /** Resolves when the response may be parsed. Until then it stays as it came, outside of the JavaScript heap. */
  turn?: () => Promise<void>
  /** How many attempts may end by a timeout before the request fails; default: as many as there are attempts. */
  timeoutAttempts?: number
}

/** The response to a successful attempt. */
export interface ApiResponse {
  body: ResponseBody
  /** When the attempt was sent, by the local clock; milliseconds since 1970. */
  sentAt: number
  roundTripMs: number
  /** The `date` header, if present and valid; milliseconds since 1970. */
  serverTime?: number
  /** Bytes of the body's JSON. */
  textLength: number
  /** That JSON, valid UTF-8, until it is freed; absent where the body has integers that only bigints keep. */
  bytes?: Body | undefined
}

/** Throws ApiError when no attempt succeeded, and the halt reason when the client was halted. */
export type RequestFn = (request: ApiRequest) => Promise<ApiResponse>

/** The headers that authorize a request. */
export interface RequestAuth {
  /** Called before each attempt. */
  headers(): Promise<Readonly<Record<string, string>>>
  /** After a 401: obtains headers other than the ones that were refused (the value of `authorization`). */
  reauthenticate?(refused: unknown): Promise<void>
}
