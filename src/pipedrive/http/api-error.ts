import type { ApiVersion } from './hosts.js'
import { dailyTokens, retryAfterMs, waitMs } from '../limits/rate-limit-headers.js'
import { isObject } from '../../common/is-object.js'

/** Why a request did not bring what was asked for; each kind is handled in one place. */
export type FaultKind =
  | 'bad_request'
  | 'unauthorized'
  | 'sign_in_lost'
  | 'app_refused'
  | 'payment_required'
  | 'forbidden'
  | 'scope_missing'
  | 'blocked'
  | 'not_found'
  | 'gone'
  | 'unsupported'
  | 'rate_limited'
  | 'daily_budget_spent'
  | 'reserve_reached'
  | 'server'
  | 'unexpected_status'
  | 'malformed_body'
  | 'timeout'
  | 'network'
  | 'proxy'
  | 'untrusted_certificate'

export interface Fault {
  kind: FaultKind
  status?: number
  /** What Pipedrive or the network stack said. */
  detail?: string
  /** When the budget of the day returns, where Pipedrive says so; milliseconds from now. */
  returnsInMs?: number
}

/** What came back over the wire, before anybody believed it. */
export interface WireAnswer {
  status: number
  headers: Readonly<Record<string, unknown>>
  text: string
}

const BY_STATUS = {
  400: 'bad_request',
  401: 'unauthorized',
  402: 'payment_required',
  403: 'forbidden',
  404: 'not_found',
  407: 'proxy',
  410: 'gone',
  415: 'unsupported',
} satisfies Record<number, FaultKind>

/** What to make of an answer: what it holds, or why it is none. */
export type Judgement<T> = { fault: Fault } | { body: T }

/** A body that says success and has data; `data` may still be null, which is how v1 writes an empty list. */
export interface Envelope {
  data: unknown
  additional_data?: unknown
}

/** A 200 is believed only if its body is whole and says success: null, cut-off and `success: false` bodies occur. */
export function judge(answer: WireAnswer, api: ApiVersion): Judgement<Envelope> {
  const body = parseJson(answer.text)
  if (answer.status !== 200) return { fault: statusFault(answer, body) }
  if (!isObject(body))
    return { fault: { kind: 'malformed_body', status: 200, detail: describe(answer.text) } }
  // v1 writes an empty list as null; v2 does not, and its lists must not end by a null.
  const noData = !('data' in body) || (api === 'v2' && body.data === null)
  if (body.success !== true || noData) {
    return {
      fault: { kind: 'malformed_body', status: 200, detail: errorText(body) ?? 'no data in the answer' },
    }
  }
  return { body: body as unknown as Envelope }
}

/** What a status other than 200 means; `body` is the answer's, if it is JSON. */
export function statusFault(answer: WireAnswer, body: unknown): Fault {
  const { status } = answer
  const detail = errorText(body)
  const fault = (kind: FaultKind): Fault => ({ kind, status, ...(detail !== undefined && { detail }) })
  if (status === 429)
    return isDailyBudget(answer, detail) ? dailyBudgetSpent(answer, fault) : fault('rate_limited')
  if (status >= 500) return fault('server')
  // After many ignored 429s Cloudflare answers for Pipedrive, with a page of HTML.
  if (status === 403 && body === undefined) return fault('blocked')
  if (status === 403 && /scope/i.test(detail ?? '')) return fault('scope_missing')
  return fault((BY_STATUS as Record<number, FaultKind>)[status] ?? 'unexpected_status')
}

/** No window of two seconds lasts this long: what does is the day. */
const LONGEST_BURST_WAIT_MS = 300_000

function isDailyBudget({ headers }: WireAnswer, detail = ''): boolean {
  return (
    dailyTokens(headers).remaining === 0 || /daily/i.test(detail) || waitMs(headers) > LONGEST_BURST_WAIT_MS
  )
}

function dailyBudgetSpent({ headers }: WireAnswer, fault: (kind: FaultKind) => Fault): Fault {
  const returnsInMs = retryAfterMs(headers)
  // Waits of seconds have been seen on spent budgets: they say nothing of the day.
  const says = returnsInMs !== undefined && returnsInMs > LONGEST_BURST_WAIT_MS
  return { ...fault('daily_budget_spent'), ...(says && { returnsInMs }) }
}

function errorText(body: unknown): string | undefined {
  return isObject(body) && typeof body.error === 'string' ? body.error : undefined
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function describe(text: string): string {
  return text.trim() === ''
    ? 'an empty answer'
    : text.trim() === 'null'
      ? 'null for an answer'
      : 'a cut-off answer'
}

/** A request that failed for good; `sync` and `commands` turn it into what the user reads. */
export class PipedriveError extends Error {
  override name = 'PipedriveError' as const

  constructor(
    readonly fault: Fault,
    /** Method and path, never the query: it could hold personal data. */
    readonly request: string,
    options?: ErrorOptions,
  ) {
    const status = fault.status === undefined ? '' : ` ${fault.status}`
    super(`${request}: ${fault.kind}${status}${fault.detail ? ` (${fault.detail})` : ''}`, options)
  }
}
