import axios, { AxiosError, type AxiosAdapter, type AxiosInstance, type AxiosResponse } from 'axios'
import axiosRetry from 'axios-retry'
import { BurstLimiter, type REQUESTS_PER_WINDOW } from './burst-limiter.js'
import { judge, PipedriveError, type Envelope, type Fault } from './faults.js'
import { isAllowed, urlOf, type ApiVersion } from './hosts.js'
import { Ledger } from './ledger.js'
import { decideRetry } from './retry.js'

export interface ClientOptions {
  apiToken: string
  plan: keyof typeof REQUESTS_PER_WINDOW | 'auto'
  baseUrl?: string | undefined
  /** Ends requests and waits in progress. */
  signal?: AbortSignal
  /** How long one attempt may take, connecting and reading the body included. */
  attemptTimeoutMs?: number
  /** How long one request may go on, all its attempts and waits together. */
  patienceMs?: number
  onRetry?: (message: string) => void
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

/** An attempt that failed, in the form that axios-retry understands. */
class FailedAttempt extends AxiosError {
  constructor(
    readonly fault: Fault,
    config: AxiosError['config'],
    response?: AxiosResponse,
  ) {
    super(fault.detail ?? fault.kind, fault.kind, config, undefined, response)
  }
}

const DEFAULTS = { attemptTimeoutMs: 60_000, patienceMs: 600_000 } satisfies Partial<ClientOptions>

const http = axios.getAdapter('http')

/** Sends GET requests to Pipedrive, with the burst limit, deadlines, retries and the judgement of answers. */
export class Client {
  readonly ledger = new Ledger()
  private readonly axios: AxiosInstance
  private readonly limiter: BurstLimiter
  private readonly options: ClientOptions & typeof DEFAULTS

  constructor(options: ClientOptions) {
    this.options = { ...DEFAULTS, ...options }
    this.limiter = new BurstLimiter(options.plan)
    this.axios = axios.create({
      headers: { 'x-api-token': options.apiToken, accept: 'application/json' },
      // A redirect would carry the token to another host.
      maxRedirects: 0,
      responseType: 'text',
      transformResponse: (data: unknown) => data,
      validateStatus: null,
      ...(options.signal && { signal: options.signal }),
    })
    axiosRetry(this.axios, { retries: Infinity })
  }

  /** Throws PipedriveError when no attempt succeeded, and the abort reason when the run was stopped. */
  async get(request: ApiRequest): Promise<ApiAnswer> {
    const url = urlOf(request.api, request.path, this.options.baseUrl)
    if (!isAllowed(url, this.options.baseUrl)) throw new Error(`Refused to call ${new URL(url).host}.`)
    try {
      const response = await this.axios.get<ApiAnswer>(url, {
        params: request.params,
        adapter: this.attempts(request),
        'axios-retry': this.retries(request),
      })
      return response.data
    } catch (error) {
      this.options.signal?.throwIfAborted()
      if (!(error instanceof FailedAttempt)) throw error
      throw new PipedriveError(error.fault, `GET ${request.path}`, { cause: error })
    }
  }

  /** One attempt each time that axios, or axios-retry, sends: a slot of the limit, a deadline, a judgement. */
  private attempts(request: ApiRequest): AxiosAdapter {
    return (config) =>
      this.limiter.run(async () => {
        this.options.signal?.throwIfAborted()
        this.ledger.charge(request.purpose, request.cost)
        const sentAt = Date.now()
        const response = await this.send(config)
        await this.limiter.follow(response.headers['x-ratelimit-limit'])
        const { status, headers, data } = response
        const judgement = judge({ status, headers, text: String(data) }, request.api)
        if ('fault' in judgement) throw new FailedAttempt(judgement.fault, config, response)
        const serverTime = Date.parse(String(response.headers.date))
        const answer: ApiAnswer = {
          body: judgement.body,
          sentAt,
          roundTripMs: Date.now() - sentAt,
          ...(!Number.isNaN(serverTime) && { serverTime }),
        }
        return { ...response, data: answer }
      })
  }

  private async send(config: Parameters<AxiosAdapter>[0]): Promise<AxiosResponse<unknown>> {
    const deadline = new AbortController()
    const stop = () => {
      deadline.abort()
    }
    const timer = setTimeout(stop, this.options.attemptTimeoutMs)
    // Not AbortSignal.any: what it ties to a signal that lives as long as the run is not collected before that.
    this.options.signal?.addEventListener('abort', stop, { once: true })
    try {
      return await http({ ...config, signal: deadline.signal })
    } catch (error) {
      if (this.options.signal?.aborted) throw error
      const detail = error instanceof AxiosError ? (error.code ?? error.message) : String(error)
      throw new FailedAttempt({ kind: deadline.signal.aborted ? 'timeout' : 'network', detail }, config)
    } finally {
      clearTimeout(timer)
      this.options.signal?.removeEventListener('abort', stop)
    }
  }

  private retries(request: ApiRequest) {
    const patienceEnds = Date.now() + this.options.patienceMs
    let afterMs = 0
    return {
      retryCondition: (error: AxiosError) => {
        if (!(error instanceof FailedAttempt) || this.options.signal?.aborted) return false
        const attempt = (error.config?.['axios-retry']?.retryCount ?? 0) + 1
        const headers = error.response?.headers ?? {}
        const decision = decideRetry({ fault: error.fault, headers, attempt, random: Math.random() })
        if (!decision.retry || Date.now() + decision.afterMs > patienceEnds) return false
        afterMs = decision.afterMs
        return true
      },
      retryDelay: () => afterMs,
      onRetry: (attempt: number, error: AxiosError) => {
        this.options.onRetry?.(
          `GET ${request.path}: attempt ${attempt} failed (${error.message}), trying again in ${afterMs} ms`,
        )
      },
    }
  }
}
