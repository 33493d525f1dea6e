/** Why a request failed. */
export type ApiErrorKind =
  | 'bad_request'
  | 'unauthorized'
  | 'authorization_lost'
  | 'client_rejected'
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
  | 'no_account'
  | 'too_large'
  | 'timeout'
  | 'network'
  | 'proxy'
  | 'untrusted_certificate'

export interface ApiFailure {
  kind: ApiErrorKind
  /** The HTTP status, if there was a response. */
  status?: number | undefined
  /** The text of Pipedrive's error, or of the network stack's. */
  detail?: string | undefined
  /** When the daily budget is reset, if Pipedrive says so; milliseconds from now. */
  resetsInMs?: number | undefined
}

/** A request that failed after all its attempts. */
export class ApiError extends Error implements ApiFailure {
  override name = 'ApiError' as const
  readonly kind: ApiErrorKind
  readonly status?: number
  readonly detail?: string
  readonly resetsInMs?: number

  constructor(
    failure: ApiFailure,
    /** Method and path, never the query: it could hold personal data. */
    readonly request: string,
    options?: ErrorOptions,
  ) {
    const { kind, status, detail, resetsInMs } = failure
    super(
      `${request}: ${kind}${status === undefined ? '' : ` ${status}`}${detail ? ` (${detail})` : ''}`,
      options,
    )
    this.kind = kind
    if (status !== undefined) this.status = status
    if (detail !== undefined) this.detail = detail
    if (resetsInMs !== undefined) this.resetsInMs = resetsInMs
  }
}

/** The kind of an API error; undefined for any other error. */
export function failureKind(error: unknown): ApiErrorKind | undefined {
  return error instanceof ApiError ? error.kind : undefined
}

/** Whether the error is one of these statuses for a reason that lies in the account; a missing scope is not one. */
export function isLacking(error: unknown, statuses: readonly number[]): boolean {
  if (!(error instanceof ApiError) || error.status === undefined) return false
  return error.kind !== 'scope_missing' && error.kind !== 'blocked' && statuses.includes(error.status)
}
