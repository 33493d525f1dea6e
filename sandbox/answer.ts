/** What the API says to one request, before it becomes an HTTP response. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const SEE = 'Please check developers.pipedrive.com'

/** Errors of the gateway carry errorCode, and nothing of the envelope. */
function gateway(status: number, error: string, headers: Record<string, string> = {}): Answer {
  return { status, body: { success: false, error, errorCode: status, error_info: SEE }, headers }
}

/** Errors of an endpoint carry the empty envelope. */
function endpoint(status: number, error: string, extra: Record<string, unknown> = {}): Answer {
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
export const methodNotAllowed = () => endpoint(405, 'Method not allowed')
export const paymentRequired = () => endpoint(402, 'Payment required')
export const forbidden = () => endpoint(403, 'You do not have permissions to do this.')
export const badRequest = (error: string) => endpoint(400, error)

export const invalidParameter = (error: string) =>
  endpoint(400, `Validation failed: ${error}`, { code: 'ERR_SCHEMA_VALIDATION_FAILED' })

/** Thrown where a parameter is read; the gateway turns it into its answer. */
export class Refusal extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}
