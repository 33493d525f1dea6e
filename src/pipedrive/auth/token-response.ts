import { isObject } from '../../common/is-object.js'
import { parseJson, statusFault, type Fault, type Judgement, type WireAnswer } from '../http/api-error.js'

/** What the token endpoint gives: https://pipedrive.readme.io/docs/marketplace-oauth-authorization */
export interface TokenAnswer {
  accessToken: string
  /** The old one stays where none comes with the answer. */
  refreshToken?: string
  /** Milliseconds. */
  lifetimeMs: number
  apiDomain?: string
  scopes?: readonly string[]
}

/** "The access token has a lifetime", of an hour so far. */
const USUAL_LIFETIME_S = 3600
const LONGEST_LIFETIME_S = 366 * 86_400

export function judgeTokens(answer: WireAnswer): Judgement<TokenAnswer> {
  const body = parseJson(answer.text)
  const { status } = answer
  if (status !== 200) return { fault: refusal(answer, body) }
  if (!isObject(body) || !isText(body.access_token))
    return { fault: { kind: 'malformed_body', status, detail: 'no access token in the answer' } }
  const seconds = Number(body.expires_in)
  const isCredible = seconds > 0 && seconds <= LONGEST_LIFETIME_S
  return {
    body: {
      accessToken: body.access_token,
      lifetimeMs: (isCredible ? seconds : USUAL_LIFETIME_S) * 1000,
      // Documents and answers separate them in two ways.
      ...(isText(body.scope) && { scopes: body.scope.split(/[\s,]+/) }),
      ...(isText(body.refresh_token) && { refreshToken: body.refresh_token }),
      ...(isText(body.api_domain) && { apiDomain: body.api_domain.replace(/\/+$/, '') }),
    },
  }
}

function refusal(answer: WireAnswer, body: unknown): Fault {
  const error = isObject(body) ? body.error : undefined
  if (error === 'invalid_grant') return { kind: 'sign_in_lost', status: answer.status, detail: error }
  if (error === 'invalid_client' || answer.status === 401)
    return { kind: 'app_refused', status: answer.status, detail: 'invalid_client' }
  return statusFault(answer, body)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
