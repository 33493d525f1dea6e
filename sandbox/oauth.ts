import { createHash } from 'node:crypto'
import type { ApiResponse } from './api-response.js'
import type { Clock } from './clock.js'
import { allScopes } from './routes.js'
import type { Switches } from './switches.js'
import { DAY, HOUR } from './times.js'

export interface OAuthOptions {
  /** How long an access token is valid; default an hour. */
  readonly lifetimeMs?: number
  /** What the user granted; default everything. */
  readonly scopes?: readonly string[]
}

interface AccessToken {
  readonly scopes: readonly string[]
  readonly expiresAt: number
}

// "A refresh token that was not used for 60 days expires."
const REFRESH_TOKEN_LASTS = 60 * DAY

/** Pipedrive's authorization server for one installed app of one user. */
export class OAuthServer {
  readonly clientId: string
  readonly clientSecret: string
  private readonly valid = new Map<string, AccessToken>()
  private readonly everIssued = new Set<string>()
  private count = 0
  private currentRefreshToken: string
  private refreshedAt: number
  private revoked = false

  /** The same secret: the same client and tokens. */
  constructor(
    private readonly secret: string,
    private readonly clock: Clock,
    private readonly switches: Switches,
    private readonly options: OAuthOptions,
  ) {
    this.clientId = this.mint('client').slice(0, 16)
    this.clientSecret = this.mint('secret')
    this.currentRefreshToken = this.issue('', 'refresh')
    this.refreshedAt = clock.now()
  }

  get refreshToken(): string {
    return this.currentRefreshToken
  }

  issueAccessToken(options: OAuthOptions = {}): string {
    const token = this.issue('v1u:', 'access')
    const lifetime = options.lifetimeMs ?? this.options.lifetimeMs ?? HOUR
    const scopes = options.scopes ?? this.options.scopes ?? allScopes
    // "base is always granted"
    this.valid.set(token, { scopes: ['base', ...scopes], expiresAt: this.clock.now() + lifetime })
    return token
  }

  /** Ends every access token before its time; the refresh token stays valid. */
  expire(): void {
    this.valid.clear()
  }

  /** The app is uninstalled: its refresh token and its access tokens are no longer valid. */
  revoke(): void {
    this.revoked = true
    this.valid.clear()
  }

  /** The scopes of a valid access token. */
  scopesOf(token: string): readonly string[] | undefined {
    const issued = this.valid.get(token)
    return issued !== undefined && issued.expiresAt > this.clock.now() ? issued.scopes : undefined
  }

  /** An access or refresh token of this client, valid or not any more. */
  wasIssued(token: string): boolean {
    return this.everIssued.has(token)
  }

  /** Does a token request name this client, or a refresh token of it, valid or not? */
  async isOwnTokenRequest(request: Request): Promise<boolean> {
    const [, basic = ''] = /^Basic (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
    if (Buffer.from(basic, 'base64').toString().startsWith(`${this.clientId}:`)) return true
    const form = new URLSearchParams(await request.clone().text())
    return this.everIssued.has(form.get('refresh_token') ?? '')
  }

  /** POST /oauth/token: form body, client credentials in Basic authentication. */
  async respondToken(request: Request, apiDomain: string): Promise<ApiResponse> {
    const basic = Buffer.from(`${this.clientId}:${this.clientSecret}`).toString('base64')
    if (request.headers.get('authorization') !== `Basic ${basic}`) return oauthError(401, 'invalid_client')
    const type = request.headers.get('content-type') ?? ''
    if (!type.startsWith('application/x-www-form-urlencoded')) return oauthError(400, 'invalid_request')
    const form = new URLSearchParams(await request.text())
    if (form.get('grant_type') !== 'refresh_token') return oauthError(400, 'unsupported_grant_type')
    return form.get('refresh_token') === this.currentRefreshToken && this.isAlive()
      ? this.refresh(apiDomain)
      : oauthError(400, 'invalid_grant')
  }

  private isAlive(): boolean {
    return !this.revoked && this.clock.now() - this.refreshedAt < REFRESH_TOKEN_LASTS
  }

  private refresh(apiDomain: string): ApiResponse {
    this.refreshedAt = this.clock.now()
    if (this.switches.oauthRotation) this.currentRefreshToken = this.issue('', 'refresh')
    return {
      status: 200,
      body: {
        access_token: this.issueAccessToken(),
        token_type: 'bearer',
        refresh_token: this.currentRefreshToken,
        scope: [...new Set(['base', ...(this.options.scopes ?? allScopes)])].join(','),
        expires_in: Math.floor((this.options.lifetimeMs ?? HOUR) / 1000),
        api_domain: apiDomain,
      },
    }
  }

  private issue(prefix: string, what: string): string {
    const token = prefix + this.mint(what)
    this.everIssued.add(token)
    return token
  }

  private mint(what: string): string {
    this.count += 1
    return createHash('sha1').update(`${this.secret} ${what} ${this.count}`).digest('hex')
  }
}

function oauthError(status: number, error: string): ApiResponse {
  return { status, body: { success: false, error, message: error } }
}
