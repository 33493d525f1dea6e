import { createHash } from 'node:crypto'
import type { Answer } from './answer.js'
import type { Clock } from './clock.js'
import { allScopes } from './routes.js'
import type { Switches } from './switches.js'
import { DAY, HOUR } from './times.js'

export interface OAuthOptions {
  /** How long an access token lives; default an hour. */
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
  readonly #clock: Clock
  readonly #switches: Switches
  readonly #options: OAuthOptions
  readonly #issued = new Map<string, AccessToken>()
  readonly #secret: string
  #count = 0
  #refreshToken: string
  #refreshedAt: number
  #revoked = false

  constructor(seed: number, clock: Clock, switches: Switches, options: OAuthOptions) {
    this.#secret = `oauth ${seed}`
    this.#clock = clock
    this.#switches = switches
    this.#options = options
    this.clientId = this.#mint('client').slice(0, 16)
    this.clientSecret = this.#mint('secret')
    this.#refreshToken = this.#mint('refresh')
    this.#refreshedAt = clock.now()
  }

  get refreshToken(): string {
    return this.#refreshToken
  }

  issueAccessToken(options: OAuthOptions = {}): string {
    const token = `v1u:${this.#mint('access')}`
    const lifetime = options.lifetimeMs ?? this.#options.lifetimeMs ?? HOUR
    const scopes = options.scopes ?? this.#options.scopes ?? allScopes
    // "base is always granted"
    this.#issued.set(token, { scopes: ['base', ...scopes], expiresAt: this.#clock.now() + lifetime })
    return token
  }

  /** Every access token ends before its time; the refresh token lives on. */
  expire(): void {
    this.#issued.clear()
  }

  /** The app is uninstalled: its refresh token and its access tokens are dead. */
  revoke(): void {
    this.#revoked = true
    this.#issued.clear()
  }

  /** The scopes of a live access token. */
  scopesOf(token: string): readonly string[] | undefined {
    const issued = this.#issued.get(token)
    return issued !== undefined && issued.expiresAt > this.#clock.now() ? issued.scopes : undefined
  }

  /** POST /oauth/token: form body, client credentials in Basic authentication. */
  async answerTokenRequest(request: Request, apiDomain: string): Promise<Answer> {
    const basic = Buffer.from(`${this.clientId}:${this.clientSecret}`).toString('base64')
    if (request.headers.get('authorization') !== `Basic ${basic}`) return refusal(401, 'invalid_client')
    const type = request.headers.get('content-type') ?? ''
    if (!type.startsWith('application/x-www-form-urlencoded')) return refusal(400, 'invalid_request')
    const form = new URLSearchParams(await request.text())
    if (form.get('grant_type') !== 'refresh_token') return refusal(400, 'unsupported_grant_type')
    return form.get('refresh_token') === this.#refreshToken && this.#isAlive()
      ? this.#refresh(apiDomain)
      : refusal(400, 'invalid_grant')
  }

  #isAlive(): boolean {
    return !this.#revoked && this.#clock.now() - this.#refreshedAt < REFRESH_TOKEN_LASTS
  }

  #refresh(apiDomain: string): Answer {
    this.#refreshedAt = this.#clock.now()
    if (this.#switches.oauthRotation) this.#refreshToken = this.#mint('refresh')
    return {
      status: 200,
      body: {
        access_token: this.issueAccessToken(),
        token_type: 'bearer',
        refresh_token: this.#refreshToken,
        scope: [...new Set(['base', ...(this.#options.scopes ?? allScopes)])].join(','),
        expires_in: Math.floor((this.#options.lifetimeMs ?? HOUR) / 1000),
        api_domain: apiDomain,
      },
    }
  }

  #mint(what: string): string {
    this.#count += 1
    return createHash('sha1').update(`${this.#secret} ${what} ${this.#count}`).digest('hex')
  }
}

function refusal(status: number, error: string): Answer {
  return { status, body: { success: false, error, message: error } }
}
