import type { ApiResponse } from './api-response.js'
import type { Fault } from './faults.js'
import type { Switches } from './switches.js'

const CLOUDFLARE_PAGE =
  '<!DOCTYPE html><html><head><title>Access denied</title></head><body>Error 1015</body></html>'
const DAILY = 'daily request budget exceeded'
const BURST = 'request over limit'

/** The HTTP response, dated by the sandbox's clock; `text` replaces the JSON of the body. */
export function httpResponse(
  response: ApiResponse,
  switches: Switches,
  now: number,
  text?: string,
): Response {
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8', ...response.headers })
  const { dateHeader } = switches
  if (dateHeader !== 'absent') {
    const skew = dateHeader === 'present' ? 0 : dateHeader
    headers.set('date', new Date(now + skew).toUTCString())
  }
  return new Response(text ?? JSON.stringify(response.body), { status: response.status, headers })
}

/** Faults that replace the whole response; the request does not reach the API. */
export function faultResponse(fault: Fault, dailyLimit: number): ApiResponse | undefined {
  switch (fault.kind) {
    case 'status':
      return {
        status: fault.status,
        body: fault.body ?? { success: false, error: `Server responded with ${fault.status}`, data: null },
        headers: fault.headers ?? {},
      }
    case 'burst429':
      return tooMany(BURST, {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(fault.resetSeconds ?? 2),
      })
    case 'daily429':
      return tooMany(DAILY, {
        'x-daily-ratelimit-token-limit': String(dailyLimit),
        'x-daily-ratelimit-token-remaining': '0',
        ...(fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }),
      })
    case 'html403':
      return { status: 403, body: CLOUDFLARE_PAGE, headers: { 'content-type': 'text/html; charset=UTF-8' } }
    default:
      return undefined
  }
}

/** Faults that change the real response; `text` is a body that is not the JSON of `response.body`. */
export function alterResponse(
  response: ApiResponse,
  fault: Fault | undefined,
): { response: ApiResponse; text?: string } {
  switch (fault?.kind) {
    case 'html403':
      return { response, text: String(response.body) }
    case 'nullBody':
      return { response: { ...response, status: 200, body: null } }
    case 'empty':
      return { response: { ...response, status: 200, body: { success: true, data: fault.data ?? null } } }
    case 'rewrite':
      return { response: { ...response, body: fault.rewrite(structuredClone(response.body)) } }
    case 'text':
      return { response, text: fault.rewrite(JSON.stringify(response.body)) }
    case 'truncated': {
      const text = JSON.stringify(response.body)
      return { response: { ...response, status: 200 }, text: text.slice(0, Math.floor(text.length / 2)) }
    }
    default:
      return { response }
  }
}

function tooMany(error: string, headers: Record<string, string>): ApiResponse {
  const body = { success: false, error, errorCode: 429, error_info: 'Please check developers.pipedrive.com' }
  return { status: 429, body, headers }
}
