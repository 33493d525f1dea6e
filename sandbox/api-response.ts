/** The API's response to one request, before it becomes an HTTP response. */
export interface ApiResponse {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const SEE = 'Please check developers.pipedrive.com'

/** Errors of the gateway carry errorCode, and none of the members of a list. */
function gateway(status: number, error: string, headers: Record<string, string> = {}): ApiResponse {
  return { status, body: { success: false, error, errorCode: status, error_info: SEE }, headers }
}

/** Errors of an endpoint carry empty data. */
function endpoint(status: number, error: string, extra: Record<string, unknown> = {}): ApiResponse {
  return {
    status,
    body: { success: false, error, error_info: SEE, data: null, additional_data: null, ...extra },
  }
}

export const unauthorized = () => gateway(401, 'unauthorized access', { 'x-401-by-gw': 'true' })
export const scopeMissing = () => gateway(403, 'Scope and URL mismatch')
export const burstExceeded = () => gateway(429, 'request over limit')
export const dailyExceeded = () => gateway(429, 'daily request budget exceeded')
export const unknownPath = () => endpoint(404, 'Unknown method .')
export const notFound = (what: string) => endpoint(404, what)
export const gone = (what: string) => endpoint(410, what)
export const methodNotAllowed = () => endpoint(405, 'Method not allowed')
export const paymentRequired = () => endpoint(402, 'Payment required')
export const forbidden = () => endpoint(403, 'You do not have permissions to do this.')
export const badRequest = (error: string) => endpoint(400, error)
export const serverError = (status: number) => endpoint(status, 'Internal server error')

export const invalidParameter = (error: string) =>
  endpoint(400, `Validation failed: ${error}`, { code: 'ERR_SCHEMA_VALIDATION_FAILED' })

/** The response with this status, for switches that choose one. */
export function errorOf(status: number, what: string): ApiResponse {
  if (status === 400) return invalidParameter(what)
  if (status === 403) return forbidden()
  if (status === 404) return notFound(what)
  return status === 410 ? gone(what) : serverError(status)
}

/** Thrown anywhere behind the API server, which responds with it. */
export class RejectedRequest extends Error {
  constructor(readonly response: ApiResponse) {
    super(`rejected with ${response.status}`)
  }
}
