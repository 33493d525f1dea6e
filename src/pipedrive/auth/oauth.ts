import { ApiError } from '../http/api-error.js'
import { mayReceiveTokens, tokenUrl } from '../http/hosts.js'
import type { TransportRequest, TransportResponse } from '../http/transport-request.js'
import type { Authorization } from './authorization.js'
import type { OAuthCredentials, Tokens } from './credentials.js'
import { parseTokenResponse, type TokenResponse } from './token-response.js'

export interface OAuthOptions {
  baseUrl?: string | undefined
  /** New tokens are used after this has resolved: a refresh token that was not stored is lost. */
  onTokens?: ((tokens: Tokens) => Promise<void>) | undefined
}

type Send = (request: TransportRequest<TokenResponse>) => Promise<TransportResponse<TokenResponse>>

/**
 * An access token is not used in the last minute of its lifetime, or in its second half if that is shorter: a request
 * takes time to arrive.
 */
const EXPIRY_MARGIN_MS = 60_000

interface AccessToken {
  token: string
  /** When to stop using it; milliseconds since 1970. */
  usableUntil: number
}

/** Authorizes requests by access tokens. One refresh request serves all callers that wait for a new token. */
export class OAuthSession implements Authorization {
  private accessToken: AccessToken | undefined
  private refreshToken: string
  private apiDomain: string | undefined
  private grantedScopes: readonly string[] | undefined
  private refreshing: Promise<AccessToken> | undefined

  constructor(
    private readonly credentials: OAuthCredentials,
    private readonly send: Send,
    private readonly options: OAuthOptions,
  ) {
    const { refreshToken, apiDomain, accessToken } = credentials
    this.refreshToken = refreshToken
    this.apiDomain = apiDomain
    // The company's host is part of the token response: without it a stored access token cannot be used.
    if (accessToken && (apiDomain ?? options.baseUrl) !== undefined)
      this.accessToken = { token: accessToken.token, usableUntil: accessToken.expiresAt - EXPIRY_MARGIN_MS }
  }

  get scopes(): readonly string[] | undefined {
    return this.grantedScopes
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    const { token } = await this.validToken()
    return { authorization: bearer(token) }
  }

  async companyUrl(): Promise<string> {
    await this.validToken()
    if (this.apiDomain === undefined) throw unexpectedResponse("it does not name the company's host")
    return this.apiDomain
  }

  async reauthenticate(refused: unknown): Promise<void> {
    // Of many requests that were refused together, the first one obtains a new token for all.
    if (this.accessToken === undefined || refused === bearer(this.accessToken.token)) await this.refresh()
  }

  refresh(): Promise<AccessToken> {
    return (this.refreshing ??= this.requestTokens().finally(() => {
      this.refreshing = undefined
    }))
  }

  private async validToken(): Promise<AccessToken> {
    return this.accessToken && Date.now() < this.accessToken.usableUntil ? this.accessToken : this.refresh()
  }

  private async requestTokens(): Promise<AccessToken> {
    const { body, sentAt } = await this.send(this.tokenRequest())
    const { accessToken, lifetimeMs, apiDomain, refreshToken } = body
    // A simulator's base URL replaces all hosts, including this one.
    if (apiDomain !== undefined && this.options.baseUrl === undefined && !mayReceiveTokens(apiDomain))
      throw unexpectedResponse('it sends the connector to an address that is not Pipedrive’s')
    this.refreshToken = refreshToken ?? this.refreshToken
    this.apiDomain = apiDomain ?? this.apiDomain
    this.grantedScopes = body.scopes
    const expiresAt = sentAt + lifetimeMs
    await this.options.onTokens?.({
      accessToken,
      expiresAt,
      refreshToken: this.refreshToken,
      ...(this.apiDomain !== undefined && { apiDomain: this.apiDomain }),
    })
    const usableUntil = expiresAt - Math.min(EXPIRY_MARGIN_MS, lifetimeMs / 2)
    this.accessToken = { token: accessToken, usableUntil }
    return this.accessToken
  }

  private tokenRequest(): TransportRequest<TokenResponse> {
    const { clientId, clientSecret } = this.credentials
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
    }
    const form = { grant_type: 'refresh_token', refresh_token: this.refreshToken }
    return {
      method: 'POST',
      url: tokenUrl(this.options.baseUrl),
      body: new URLSearchParams(form).toString(),
      auth: { headers: () => Promise.resolve(headers) },
      parse: parseTokenResponse,
      cost: 0,
      label: 'authorization',
      neededByAll: true,
      name: 'POST /oauth/token',
    }
  }
}

function unexpectedResponse(detail: string): ApiError {
  return new ApiError({ kind: 'unexpected_status', detail }, 'POST /oauth/token')
}

function bearer(token: string): string {
  return `Bearer ${token}`
}
