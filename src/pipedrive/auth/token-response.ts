import { isObject } from '../../common/is-object.js'
import type { ApiFailure } from '../http/api-error.js'
import { readJson, statusFailure, type ParsedResponse, type RawResponse } from '../http/response.js'

/** The response of the token endpoint: https://pipedrive.readme.io/docs/marketplace-oauth-authorization */
export interface TokenResponse {
  accessToken: string
  /** Absent where the old one stays valid. */
  refreshToken?: string
  /** Milliseconds. */
  lifetimeMs: number
  apiDomain?: string
  scopes?: readonly string[]
}

/** Access tokens have been valid for one hour so far; the documentation does not promise a lifetime. */
const USUAL_LIFETIME_S = 3600
const LONGEST_LIFETIME_S = 366 * 86_400

export function parseTokenResponse(response: RawResponse): ParsedResponse<TokenResponse> {
  const { value: body } = readJson(response.content)
  const { status } = response
  if (status !== 200) return { failure: refusal(response, body) }
  if (!isObject(body) || !isText(body.access_token))
    return { failure: { kind: 'malformed_body', status, detail: 'no access token in the body' } }
  const seconds = Number(body.expires_in)
  const isCredible = seconds > 0 && seconds <= LONGEST_LIFETIME_S
  return {
    body: {
      accessToken: body.access_token,
      lifetimeMs: (isCredible ? seconds : USUAL_LIFETIME_S) * 1000,
      // The documentation separates scopes by spaces, responses by commas.
      ...(isText(body.scope) && { scopes: body.scope.split(/[\s,]+/) }),
      ...(isText(body.refresh_token) && { refreshToken: body.refresh_token }),
      ...(isText(body.api_domain) && { apiDomain: body.api_domain.replace(/\/+$/, '') }),
    },
  }
}

function refusal(response: RawResponse, body: unknown): ApiFailure {
  const { status } = response
  const error = isObject(body) ? body.error : undefined
  if (error === 'invalid_grant') return { kind: 'authorization_lost', status, detail: error }
  if (error === 'invalid_client' || status === 401)
    return { kind: 'client_rejected', status, detail: 'invalid_client' }
  return statusFailure(response, body)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
