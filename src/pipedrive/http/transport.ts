import { setMaxListeners } from 'node:events'
import axios, { type AxiosAdapter, type AxiosError, type AxiosInstance } from 'axios'
import axiosRetry from 'axios-retry'
import type { Authorization } from '../auth/authorization.js'
import { BurstLimiter, type BurstEvents, type BurstLimits } from '../limits/burst-limiter.js'
import { DailyBudget } from '../limits/daily-budget.js'
import { PipedriveError, type Judgement, type WireAnswer } from './api-error.js'
import { FailedAttempt, send, type RequestConfig } from './attempt.js'
import { Ledger } from '../limits/usage-tracker.js'
import { meanRoundTrip } from '../limits/concurrency.js'
import { waitMs } from '../limits/rate-limit-headers.js'
import { decideRetry } from './retry.js'

export interface TransportOptions extends BurstLimits, BurstEvents {
  /** What to leave of the company's daily budget: below 1 a share of it, else tokens. */
  dailyTokenReserve: number
  /** Ends requests and waits in progress. */
  signal?: AbortSignal
  /** How long one attempt may take, connecting and reading the body included. */
  attemptTimeoutMs: number
  /** How long one request may go on, all its attempts and waits together. */
  patienceMs: number
  onRetry?: (message: string) => void
}

export interface TransportRequest<T> {
  method: 'GET' | 'POST'
  url: string
  params?: Readonly<Record<string, string>> | undefined
  body?: string
  /** Asked for headers with each attempt, and for new ones after a 401. */
  signing: Pick<Authorization, 'headers' | 'signAnew'>
  judge: (answer: WireAnswer) => Judgement<T>
  /** Tokens of the daily budget. */
  cost: number
  /** Whose spending this is: a stream's name, as a rule. */
  purpose: string
  /** Of requests that wait for the rate limit, the lowest goes first. */
  rank?: number
  /** For people: method and path, never the query, which could hold personal data. */
  name: string
}

export interface TransportAnswer<T> {
  body: T
  headers: Readonly<Record<string, unknown>>
  /** By our clock, when the successful attempt was sent; milliseconds since the epoch. */
  sentAt: number
  roundTripMs: number
}

/** Sends requests one attempt at a time: a place in the burst window, a deadline, a judgement; and again, if worth it. */
export class Transport {
  readonly ledger = new Ledger()
  readonly budget: DailyBudget
  readonly limiter: BurstLimiter
  /** How long answers take, lately. */
  roundTripMs: number | undefined
  private readonly axios: AxiosInstance
  private readonly halted = new AbortController()

  constructor(private readonly options: TransportOptions) {
    const { dailyTokenReserve, signal } = options
    this.budget = new DailyBudget(dailyTokenReserve)
    this.limiter = new BurstLimiter(options, options)
    this.axios = axios.create({
      headers: { accept: 'application/json' },
      // A redirect would carry the token to another host.
      maxRedirects: 0,
      responseType: 'text',
      transformResponse: (data: unknown) => data,
      validateStatus: null,
      ...(signal && { signal }),
    })
    axiosRetry(this.axios, { retries: Infinity })
    // Each request under way listens, and each that waits for its next attempt.
    setMaxListeners(0, this.halted.signal, ...(signal ? [signal] : []))
    signal?.addEventListener('abort', () => {
      this.halt(signal.reason)
    })
  }

  /** From now on every request fails with the reason; those that are under way are still answered. */
  halt(reason: unknown): void {
    this.limiter.stop(reason)
    this.halted.abort()
  }

  /** Throws PipedriveError when no attempt succeeded, and the reason when the transport was halted. */
  async request<T>(request: TransportRequest<T>): Promise<TransportAnswer<T>> {
    const { method, url, params, body } = request
    const retries = this.retries(request)
    try {
      const response = await this.axios.request<TransportAnswer<T>>({
        method,
        url,
        params,
        data: body,
        adapter: this.attempts(request),
        'axios-retry': retries,
      })
      return response.data
    } catch (error) {
      this.options.signal?.throwIfAborted()
      if (retries.notSigned !== undefined) throw retries.notSigned
      if (!(error instanceof FailedAttempt)) throw error
      throw new PipedriveError(error.fault, request.name, { cause: error })
    }
  }

  /** One attempt each time that axios, or axios-retry, sends. */
  private attempts<T>(request: TransportRequest<T>): AxiosAdapter {
    return async (config) => {
      config.headers.set(await request.signing.headers())
      return this.limiter.run(async (answered) => {
        this.options.signal?.throwIfAborted()
        if (!this.budget.permits(request.cost)) throw new FailedAttempt({ kind: 'reserve_reached' }, config)
        const sentAt = Date.now()
        const response = await this.sendAndCharge(config, request)
        const roundTripMs = Date.now() - sentAt
        const { status, headers, data } = response
        answered(headers, status === 429)
        const judgement = request.judge({ status, headers, text: String(data) })
        if ('fault' in judgement) {
          if (judgement.fault.kind === 'rate_limited') this.limiter.close(waitMs(headers))
          throw new FailedAttempt(judgement.fault, config, response)
        }
        this.roundTripMs = meanRoundTrip(this.roundTripMs, roundTripMs)
        const answer: TransportAnswer<T> = { body: judgement.body, headers, sentAt, roundTripMs }
        return { ...response, data: answer }
      }, request.rank)
    }
  }

  private async sendAndCharge(config: RequestConfig, { purpose, cost }: TransportRequest<unknown>) {
    this.ledger.charge(purpose, cost)
    const charge = this.budget.sent(cost)
    let headers: Readonly<Record<string, unknown>> | undefined
    try {
      const response = await send(config, this.options.attemptTimeoutMs, this.options.signal)
      headers = response.headers
      return response
    } finally {
      this.budget.answered(charge, headers)
    }
  }

  private retries({ name, signing }: TransportRequest<unknown>) {
    const patienceEnds = Date.now() + this.options.patienceMs
    let signedAnew = false
    const retries = {
      /** Why there is nothing to sign with. */
      notSigned: undefined as Error | undefined,
      // The wait is in here: unlike axios-retry's own, it ends when the transport is halted.
      retryDelay: () => 0,
      retryCondition: async (error: AxiosError) => {
        if (!(error instanceof FailedAttempt) || this.options.signal?.aborted) return false
        if (error.fault.kind === 'unauthorized' && signing.signAnew && !signedAnew) {
          signedAnew = true
          await signing.signAnew(error.config?.headers.get('authorization')).catch((reason: unknown) => {
            retries.notSigned = reason instanceof Error ? reason : new Error(String(reason))
          })
          return retries.notSigned === undefined
        }
        const attempt = (error.config?.['axios-retry']?.retryCount ?? 0) + 1
        const headers = error.response?.headers ?? {}
        const decision = decideRetry({ fault: error.fault, headers, attempt, random: Math.random() })
        if (!decision.retry || Date.now() + decision.afterMs > patienceEnds) return false
        this.options.onRetry?.(
          `${name}: attempt ${attempt} failed (${error.message}), trying again in ${decision.afterMs} ms`,
        )
        await this.pause(decision.afterMs)
        return true
      },
    }
    return retries
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.halted
      const over = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', over)
        resolve()
      }
      const timer = setTimeout(over, ms)
      if (signal.aborted) over()
      else signal.addEventListener('abort', over)
    })
  }
}
