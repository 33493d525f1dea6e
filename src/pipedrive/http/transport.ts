import { setMaxListeners } from 'node:events'
import axios, { type AxiosAdapter, type AxiosInstance, type AxiosResponse } from 'axios'
import {
  BurstLimiter,
  type BurstEvents,
  type BurstOptions,
  type ReportResponse,
} from '../limits/burst-limiter.js'
import { meanRoundTrip } from '../limits/concurrency.js'
import { DailyBudget } from '../limits/daily-budget.js'
import { waitMs, type ResponseHeaders } from '../limits/rate-limit-headers.js'
import { UsageTracker } from '../limits/usage-tracker.js'
import { ApiError, type ApiFailure } from './api-error.js'
import { AttemptError, sendAttempt, type RequestConfig } from './attempt.js'
import { BodyBuffers } from './body.js'
import { Breaker } from './breaker.js'
import { enableRetries, Retries } from './retries.js'
import type { TransportRequest, TransportResponse } from './transport-request.js'

export interface TransportOptions extends BurstOptions, BurstEvents {
  /** What to leave of the company's daily budget: below 1 a fraction of it, else tokens. */
  dailyTokenReserve: number
  /** Ends requests and waits in progress. */
  signal?: AbortSignal
  /** How long one attempt may take, including connecting and reading the body. */
  attemptTimeoutMs: number
  /** No attempt of a request starts later than this after the request was made. */
  totalTimeoutMs: number
  onRetry?: (message: string) => void
  /** Only one kind of request has been made for minutes, and it fails: a request of another kind would tell why. */
  onDoubt?: () => void
}

/** Sends requests attempt by attempt: wait for a slot, send with a time limit, parse, retry where it makes sense. */
export class Transport {
  readonly usage = new UsageTracker()
  readonly budget: DailyBudget
  readonly limiter: BurstLimiter
  private readonly axios: AxiosInstance
  private readonly halted = new AbortController()
  private readonly breaker = new Breaker()
  private readonly buffers = new BodyBuffers()
  private meanRoundTripMs: number | undefined

  constructor(private readonly options: TransportOptions) {
    const { dailyTokenReserve, signal } = options
    this.budget = new DailyBudget(dailyTokenReserve)
    this.limiter = new BurstLimiter(options, options)
    this.axios = axios.create({
      headers: { accept: 'application/json' },
      // A redirect would carry the token to another host.
      maxRedirects: 0,
      responseType: 'stream',
      transformRequest: [],
      transformResponse: [],
      validateStatus: null,
      ...(signal && { signal }),
    })
    enableRetries(this.axios)
    // Each running request listens, and so does each one that waits for its next attempt.
    setMaxListeners(0, this.halted.signal, ...(signal ? [signal] : []))
    signal?.addEventListener('abort', () => {
      this.halt(signal.reason)
    })
  }

  /** The running mean of round trips in milliseconds; undefined before the first response. */
  get roundTripMs(): number | undefined {
    return this.meanRoundTripMs
  }

  /** Why the transport was halted; undefined while it is not. */
  get haltReason(): unknown {
    return this.halted.signal.reason as unknown
  }

  /** From now on every request fails with the reason; attempts that are running still get their response. */
  halt(reason: unknown): void {
    this.limiter.stop(reason)
    this.halted.abort(reason)
  }

  /** Throws ApiError when no attempt succeeded, and the reason when the transport was halted. */
  async request<T>(request: TransportRequest<T>): Promise<TransportResponse<T>> {
    const { method, url, params, body } = request
    const retries = new Retries(request, { ...this.options, halted: this.halted.signal })
    try {
      const response = await this.axios.request<TransportResponse<T>>({
        method,
        url,
        params,
        data: body,
        adapter: this.adapter(request),
        'axios-retry': retries.config,
      })
      return response.data
    } catch (error) {
      this.options.signal?.throwIfAborted()
      if (retries.reauthenticationError) throw retries.reauthenticationError
      if (!(error instanceof AttemptError)) throw error
      throw new ApiError(error.failure, request.name, { cause: error })
    }
  }

  /** Makes one attempt each time that axios, or axios-retry, sends. */
  private adapter<T>(request: TransportRequest<T>): AxiosAdapter {
    return async (config) => {
      config.headers.set(await request.auth.headers())
      return this.limiter.run((report) => this.attempt(request, config, report), request.priority)
    }
  }

  /** Makes one attempt and records its outcome. */
  private async attempt<T>(
    request: TransportRequest<T>,
    config: RequestConfig,
    report: ReportResponse,
  ): Promise<AxiosResponse<TransportResponse<T>>> {
    this.options.signal?.throwIfAborted()
    if (!this.budget.permits(request.cost)) throw new AttemptError({ kind: 'reserve_reached' }, config)
    const sentAt = Date.now()
    try {
      const response = await this.exchange(request, config, report)
      this.breaker.record({ name: request.name, sentAt, endedAt: Date.now() })
      return response
    } catch (error) {
      if (error instanceof AttemptError) this.recordFailure(error.failure, sentAt, request)
      throw error
    }
  }

  /** In an outage, every request would spend minutes on its own retries: the first one to notice ends the run. */
  private recordFailure(failure: ApiFailure, sentAt: number, request: TransportRequest<unknown>): void {
    const { name, neededByAll } = request
    const { kind } = failure
    const diagnosis = this.breaker.record({ name, neededByAll, sentAt, endedAt: Date.now(), kind })
    if (diagnosis === 'outage') this.halt(new ApiError(failure, name))
    else if (diagnosis === 'doubt') this.options.onDoubt?.()
  }

  private async exchange<T>(
    request: TransportRequest<T>,
    config: RequestConfig,
    report: ReportResponse,
  ): Promise<AxiosResponse<TransportResponse<T>>> {
    const sentAt = Date.now()
    const response = await this.sendAndCharge(request, config)
    const roundTripMs = Date.now() - sentAt
    const { status, headers } = response
    report(headers, { refused: status === 429, openAt: response.openAt })
    if (status === 200) await request.turn?.()
    const { data } = response
    const { length: textLength } = data.bytes
    const parsed = request.parse({ status, headers, content: data })
    const isKept = 'body' in parsed && parsed.isExact === true && data.isUtf8()
    if (!isKept) data.free()
    if ('failure' in parsed) {
      if (parsed.failure.kind === 'rate_limited') this.limiter.close(waitMs(headers))
      throw new AttemptError(parsed.failure, config, response)
    }
    this.meanRoundTripMs = meanRoundTrip(this.meanRoundTripMs, roundTripMs)
    // Pages that wait for a turn are given back when they have been written.
    const bytes = isKept ? (request.turn ? data : data.detached()) : undefined
    const { body } = parsed
    return { ...response, data: { body, headers, sentAt, roundTripMs, textLength, bytes } }
  }

  private async sendAndCharge({ label, cost }: TransportRequest<unknown>, config: RequestConfig) {
    this.usage.record(label, cost)
    const charge = this.budget.charge(cost)
    let headers: ResponseHeaders | undefined
    try {
      const { attemptTimeoutMs, signal } = this.options
      const response = await sendAttempt(config, this.buffers, attemptTimeoutMs, signal)
      headers = response.headers
      return response
    } finally {
      this.budget.settle(charge, headers)
    }
  }
}
