import type { Authorization } from './authorization.js'
import { PipedriveError } from '../http/api-error.js'
import { isAllowed, tokenUrl } from '../http/hosts.js'
import { judgeTokens, type TokenAnswer } from './token-response.js'
import type { TransportAnswer, TransportRequest } from '../http/transport.js'

export interface OAuthCredentials {
  kind: 'oauth'
  clientId: string
  clientSecret: string
  refreshToken: string
  /** The last one that was stored. Milliseconds since the epoch. */
  accessToken?: { token: string; expiresAt: number }
  /** https://company.pipedrive.com */
  apiDomain?: string
}

/** What to keep for the next run. */
export interface Tokens {
  accessToken: string
  /** Milliseconds since the epoch. */
  expiresAt: number
  refreshToken: string
  apiDomain?: string
}

export interface OAuthOptions {
  baseUrl?: string | undefined
  /** New tokens are used once this has resolved: a refresh token that nobody kept is lost. */
  onTokens?: ((tokens: Tokens) => Promise<void>) | undefined
}

type Send = (request: TransportRequest<TokenAnswer>) => Promise<TransportAnswer<TokenAnswer>>

/** A token is not used in the last minute of its life, or half of it if that is shorter: answers take their time. */
const MARGIN_MS = 60_000

interface AccessToken {
  token: string
  /** When to stop using it; milliseconds since the epoch. */
  goodUntil: number
}

/** Signs with access tokens, and gets new ones by the refresh token: one request for all that wait. */
export class OAuthSession implements Authorization {
  readonly kind = 'oauth'
  scopes: readonly string[] | undefined
  private access: AccessToken | undefined
  private refreshToken: string
  private apiDomain: string | undefined
  private refreshing: Promise<AccessToken> | undefined

  constructor(
    private readonly credentials: OAuthCredentials,
    private readonly send: Send,
    private readonly options: OAuthOptions,
  ) {
    const { refreshToken, apiDomain, accessToken } = credentials
    this.refreshToken = refreshToken
    this.apiDomain = apiDomain
    // Where the company answers is in the token endpoint's answer: without it a stored token is of no use.
    if (accessToken && (apiDomain ?? options.baseUrl) !== undefined)
      this.access = { token: accessToken.token, goodUntil: accessToken.expiresAt - MARGIN_MS }
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    const { token } = await this.valid()
    return { authorization: bearer(token) }
  }

  async companyUrl(): Promise<string> {
    await this.valid()
    if (this.apiDomain === undefined) throw this.strange('it does not say where the company answers')
    return this.apiDomain
  }

  async signAnew(refused: unknown): Promise<void> {
    // Of many that were refused together, the first one brings a new token for all.
    if (this.access === undefined || refused === bearer(this.access.token)) await this.refresh()
  }

  /** A new access token, whatever is left of the old one's life. */
  refresh(): Promise<AccessToken> {
    return (this.refreshing ??= this.askForTokens().finally(() => {
      this.refreshing = undefined
    }))
  }

  private async valid(): Promise<AccessToken> {
    return this.access && Date.now() < this.access.goodUntil ? this.access : this.refresh()
  }

  private async askForTokens(): Promise<AccessToken> {
    const { clientId, clientSecret } = this.credentials
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    const { body, sentAt } = await this.send({
      method: 'POST',
      url: tokenUrl(this.options.baseUrl),
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: this.refreshToken,
      }).toString(),
      signing: {
        headers: () =>
          Promise.resolve({
            'content-type': 'application/x-www-form-urlencoded',
            authorization: `Basic ${basic}`,
          }),
      },
      judge: judgeTokens,
      cost: 0,
      purpose: 'sign-in',
      name: 'POST /oauth/token',
    })
    const { accessToken, lifetimeMs, apiDomain, refreshToken } = body
    // A simulator's base URL replaces all hosts, this one too.
    if (apiDomain !== undefined && this.options.baseUrl === undefined && !isAllowed(apiDomain, undefined))
      throw this.strange('it sends the connector to an address that is not Pipedrive’s')
    this.refreshToken = refreshToken ?? this.refreshToken
    this.apiDomain = apiDomain ?? this.apiDomain
    this.scopes = body.scopes
    const expiresAt = sentAt + lifetimeMs
    await this.options.onTokens?.({
      accessToken,
      expiresAt,
      refreshToken: this.refreshToken,
      ...(this.apiDomain !== undefined && { apiDomain: this.apiDomain }),
    })
    this.access = { token: accessToken, goodUntil: expiresAt - Math.min(MARGIN_MS, lifetimeMs / 2) }
    return this.access
  }

  private strange(detail: string): PipedriveError {
    return new PipedriveError({ kind: 'unexpected_status', detail }, 'POST /oauth/token')
  }
}

function bearer(token: string): string {
  return `Bearer ${token}`
}
