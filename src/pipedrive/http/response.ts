import type { ExactJson } from '../../common/exact-json.js'
import { isObject } from '../../common/is-object.js'
import { dailyTokens, retryAfterMs, waitMs, type ResponseHeaders } from '../limits/rate-limit-headers.js'
import type { ApiErrorKind, ApiFailure } from './api-error.js'
import type { ApiVersion } from './hosts.js'

/** A response as received, before it is validated. */
export interface RawResponse {
  status: number
  headers: ResponseHeaders
  content: Content
}

export interface Content {
  text(): string
  /** Integers beyond 2^53 are bigints. Throws a SyntaxError. */
  json(): ExactJson
}

/** The body of a response, or why it is not usable. */
export type ParsedResponse<T> =
  | { failure: ApiFailure }
  | {
      body: T
      /** Whether the bytes of the response may stand for the body: not where it has bigints. */
      isExact?: boolean
    }

/** A body with `success: true`. `data` may be null in v1: that is how v1 writes an empty list. */
export interface ResponseBody {
  data: unknown
  additional_data?: unknown
}

const KIND_BY_STATUS = {
  400: 'bad_request',
  401: 'unauthorized',
  402: 'payment_required',
  403: 'forbidden',
  404: 'not_found',
  407: 'proxy',
  410: 'gone',
  415: 'unsupported',
} satisfies Record<number, ApiErrorKind>

/** A burst window is two seconds: a longer wait than this is the wait for the next day's budget. */
const LONGEST_BURST_WAIT_MS = 300_000

/** Responses of 200 with a null body, a truncated one and `success: false` have been seen: all are failures. */
export function parseResponse(response: RawResponse, api: ApiVersion): ParsedResponse<ResponseBody> {
  const { status, content } = response
  const { value: body, hasBigInts } = readJson(content)
  if (status !== 200) return { failure: statusFailure(response, body) }
  if (!isObject(body))
    return { failure: { kind: 'malformed_body', status, detail: malformation(content, body) } }
  // In v2 an empty list is []; null would end a list too early.
  const hasData = 'data' in body && !(api === 'v2' && body.data === null)
  if (body.success === true && hasData) return { body: body as unknown as ResponseBody, isExact: !hasBigInts }
  return { failure: { kind: 'malformed_body', status, detail: errorText(body) ?? 'no data in the body' } }
}

/** The failure behind a status other than 200. `body` is the parsed JSON, undefined if the body is not JSON. */
export function statusFailure(response: RawResponse, body: unknown): ApiFailure {
  const { status } = response
  const detail = errorText(body)
  const failure = (kind: ApiErrorKind): ApiFailure => ({
    kind,
    status,
    ...(detail !== undefined && { detail }),
  })
  if (status === 429) {
    if (!isDailyBudget(response, detail)) return failure('rate_limited')
    return { ...failure('daily_budget_spent'), ...budgetReset(response) }
  }
  if (status >= 500) return failure('server')
  // After many ignored 429s, Cloudflare answers in Pipedrive's place, with a page of HTML.
  if (status === 403 && body === undefined) return failure('blocked')
  if (status === 403 && /scope/i.test(detail ?? '')) return failure('scope_missing')
  return failure((KIND_BY_STATUS as Record<number, ApiErrorKind>)[status] ?? 'unexpected_status')
}

function isDailyBudget({ headers }: RawResponse, detail = ''): boolean {
  const isSpent = dailyTokens(headers).remaining === 0
  return isSpent || /daily/i.test(detail) || waitMs(headers) > LONGEST_BURST_WAIT_MS
}

/** Waits of a few seconds have been seen with a spent daily budget: they do not say when it is reset. */
function budgetReset({ headers }: RawResponse): Pick<ApiFailure, 'resetsInMs'> {
  const resetsInMs = retryAfterMs(headers)
  return resetsInMs !== undefined && resetsInMs > LONGEST_BURST_WAIT_MS ? { resetsInMs } : {}
}

function errorText(body: unknown): string | undefined {
  return isObject(body) && typeof body.error === 'string' ? body.error : undefined
}

/** The value is undefined if the content is not JSON. */
export function readJson(content: Content): ExactJson {
  try {
    return content.json()
  } catch {
    return { value: undefined, hasBigInts: false }
  }
}

/** Describes a body that is not a JSON object. */
function malformation(content: Content, body: unknown): string {
  const start = content.text().trimStart().slice(0, 1)
  if (start === '') return 'an empty body'
  if (start === '<') return 'a page of HTML'
  return body === undefined ? 'truncated or invalid JSON' : 'JSON that is not an object'
}
