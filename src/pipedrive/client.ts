import { apiToken, type Authorization } from './auth/authorization.js'
import { judge, PipedriveError, type Envelope } from './http/api-error.js'
import { isAllowed, urlOf, type ApiVersion } from './http/hosts.js'
import { OAuthSession, type OAuthCredentials, type OAuthOptions } from './auth/oauth.js'
import { listsAtOnce } from './limits/concurrency.js'
import { Transport, type TransportOptions } from './http/transport.js'

export type Credentials = { kind: 'api_token'; apiToken: string } | OAuthCredentials

export interface ClientOptions extends OAuthOptions, Partial<Omit<TransportOptions, 'auth' | 'onClosed'>> {
  credentials: Credentials
  plan: TransportOptions['plan']
}

export interface ApiRequest {
  api: ApiVersion
  path: string
  params?: Readonly<Record<string, string>>
  /** Tokens of the daily budget. */
  cost: number
  /** Whose spending this is: a stream's name, as a rule. */
  purpose: string
}

export interface ApiAnswer {
  body: Envelope
  /** By our clock, when the successful attempt was sent; milliseconds since the epoch. */
  sentAt: number
  roundTripMs: number
  /** By the server's clock, where the answer tells it. */
  serverTime?: number
}

const DEFAULTS = {
  share: 1,
  dailyTokenReserve: 0,
  attemptTimeoutMs: 60_000,
  patienceMs: 600_000,
} satisfies Partial<ClientOptions>

/** Pipedrive's API, as far as the streams need it: GET requests, signed, and their answers, judged. */
export class Client {
  /** Told when nothing is sent until then; milliseconds since the epoch. */
  onRateLimited: (until: number) => void = () => undefined
  /** Whose requests go first when they have to wait: the lowest rank's. */
  rankOf: (purpose: string) => number = () => 0
  private readonly transport: Transport
  private readonly authorization: Authorization

  constructor(private readonly options: ClientOptions) {
    const { credentials } = options
    this.transport = new Transport({
      ...DEFAULTS,
      ...options,
      auth: credentials.kind,
      onClosed: (until) => {
        this.onRateLimited(until)
      },
    })
    this.authorization =
      credentials.kind === 'oauth'
        ? new OAuthSession(credentials, (request) => this.transport.request(request), options)
        : apiToken(credentials.apiToken)
  }

  get ledger() {
    return this.transport.ledger
  }

  get budget() {
    return this.transport.budget
  }

  /** How long answers take, lately. */
  get roundTripMs(): number | undefined {
    return this.transport.roundTripMs
  }

  /** Requests that may go out in two seconds, when nobody else uses the token. */
  get requestsPerWindow(): number {
    return this.transport.limiter.share
  }

  /** How many lists to read side by side so that the rate limit is used up. */
  get listsAtOnce(): number {
    return listsAtOnce(this.transport.limiter.allowance, this.transport.roundTripMs ?? 0)
  }

  /** With OAuth, gets a new access token and tells what the user granted; otherwise there is nothing to do. */
  async signIn(): Promise<readonly string[] | undefined> {
    await this.authorization.refresh?.()
    return this.authorization.scopes
  }

  /** From now on every request fails with the reason; those that are under way are still answered. */
  halt(reason: unknown): void {
    this.transport.halt(reason)
  }

  /** Throws PipedriveError when no attempt succeeded, and the reason when the client was halted. */
  async get({ api, path, params, cost, purpose }: ApiRequest): Promise<ApiAnswer> {
    const { authorization } = this
    const { baseUrl } = this.options
    const companyUrl = baseUrl === undefined ? await authorization.companyUrl?.() : undefined
    const url = urlOf(api, path, { baseUrl, companyUrl })
    if (!isAllowed(url, baseUrl)) throw new Error(`Refused to call ${new URL(url).host}.`)
    const { body, headers, sentAt, roundTripMs } = await this.transport
      .request({
        method: 'GET',
        url,
        params,
        signing: authorization,
        judge: (answer) => judge(answer, api),
        cost,
        purpose,
        rank: this.rankOf(purpose),
        name: `GET ${path}`,
      })
      .catch((error: unknown) => {
        throw authorization.kind === 'oauth' ? signInLost(error) : error
      })
    const serverTime = Date.parse(String(headers.date))
    return { body, sentAt, roundTripMs, ...(!Number.isNaN(serverTime) && { serverTime }) }
  }
}

/** An access token that is fresh and refused all the same: a new one would fare no better. */
function signInLost(error: unknown): unknown {
  if (!(error instanceof PipedriveError) || error.fault.kind !== 'unauthorized') return error
  return new PipedriveError({ ...error.fault, kind: 'sign_in_lost' }, error.request, { cause: error })
}
