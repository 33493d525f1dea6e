import type { Answer } from './answer.js'
import type { Fault } from './faults.js'
import type { Switches } from './switches.js'

const CLOUDFLARE_PAGE =
  '<!DOCTYPE html><html><head><title>Access denied</title></head><body>Error 1015</body></html>'
const DAILY = 'daily request budget exceeded'
const BURST = 'request over limit'

/** The HTTP response of an answer, dated by the sandbox's clock. */
export function httpResponse(answer: Answer, switches: Switches, now: number, text?: string): Response {
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8', ...answer.headers })
  const { dateHeader } = switches
  if (dateHeader !== 'absent') {
    const skew = dateHeader === 'present' ? 0 : dateHeader
    headers.set('date', new Date(now + skew).toUTCString())
  }
  return new Response(text ?? JSON.stringify(answer.body), { status: answer.status, headers })
}

/** Faults that stand in for the whole answer; the request never reaches the API behind the gateway. */
export function faultAnswer(fault: Fault, dailyLimit: number): Answer | undefined {
  switch (fault.kind) {
    case 'status':
      return {
        status: fault.status,
        body: fault.body ?? { success: false, error: `Server answered ${fault.status}`, data: null },
        headers: fault.headers ?? {},
      }
    case 'burst429':
      return refused(BURST, {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(fault.resetSeconds ?? 2),
      })
    case 'daily429':
      return refused(DAILY, {
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

/** Faults that change the real answer on its way. */
export function spoil(answer: Answer, fault: Fault | undefined): { answer: Answer; text?: string } {
  switch (fault?.kind) {
    case 'nullBody':
      return { answer: { ...answer, status: 200, body: null } }
    case 'rewrite':
      return { answer: { ...answer, body: fault.rewrite(structuredClone(answer.body)) } }
    case 'truncated': {
      const text = JSON.stringify(answer.body)
      return { answer: { ...answer, status: 200 }, text: text.slice(0, Math.floor(text.length / 2)) }
    }
    default:
      return { answer }
  }
}

function refused(error: string, headers: Record<string, string>): Answer {
  const body = { success: false, error, errorCode: 429, error_info: 'Please check developers.pipedrive.com' }
  return { status: 429, body, headers }
}
