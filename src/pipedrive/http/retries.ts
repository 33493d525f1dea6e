import type { AxiosError, AxiosInstance } from 'axios'
import axiosRetry, { type IAxiosRetryConfig } from 'axios-retry'
import { AttemptError } from './attempt.js'
import type { RequestAuth } from './request.js'
import { decideRetry } from './retry.js'

export interface RetriedRequest {
  /** For log messages: method and path. */
  name: string
  auth: Pick<RequestAuth, 'reauthenticate'>
  timeoutAttempts?: number | undefined
}

export interface RetriesOptions {
  /** No attempt starts later than this after the first; milliseconds. */
  totalTimeoutMs: number
  onRetry?: ((message: string) => void) | undefined
  /** Ends the run: nothing is retried any more. */
  signal?: AbortSignal | undefined
  /** Ends the pause before the next attempt. */
  halted: AbortSignal
}

/** Lets requests of this instance be retried, each as its own `Retries` say. */
export function enableRetries(axios: AxiosInstance): void {
  axiosRetry(axios, { retries: Infinity })
}

/** The retries of one request. The only file that knows axios-retry. */
export class Retries {
  private readonly deadline: number
  private timeouts = 0
  private reauthenticated = false
  private authError: Error | undefined

  constructor(
    private readonly request: RetriedRequest,
    private readonly options: RetriesOptions,
  ) {
    this.deadline = Date.now() + options.totalTimeoutMs
  }

  get config(): IAxiosRetryConfig {
    // The pause is part of the condition: unlike axios-retry's own delay, it ends when the transport is halted.
    return { retryDelay: () => 0, retryCondition: (error) => this.prepareRetry(error) }
  }

  /** Why no other headers were available after a 401. */
  get reauthenticationError(): Error | undefined {
    return this.authError
  }

  /** Resolves to true when the next attempt may start. */
  private async prepareRetry(error: AxiosError): Promise<boolean> {
    if (!(error instanceof AttemptError) || this.options.signal?.aborted) return false
    const { failure } = error
    if (failure.kind === 'unauthorized' && this.request.auth.reauthenticate && !this.reauthenticated)
      return this.reauthenticate(error.config?.headers.get('authorization'))
    if (failure.kind === 'timeout') this.timeouts += 1
    const attempt = (error.config?.['axios-retry']?.retryCount ?? 0) + 1
    const decision = decideRetry({
      failure,
      headers: error.response?.headers ?? {},
      attempt,
      timeouts: this.timeouts,
      timeoutAttempts: this.request.timeoutAttempts,
      random: Math.random(),
    })
    if (!decision.retry || Date.now() + decision.afterMs > this.deadline) return false
    const { onRetry, halted } = this.options
    // A halted request fails when it waits for its slot: with the reason of the halt.
    if (!halted.aborted) {
      const failed = `${this.request.name}: attempt ${attempt} failed (${error.message})`
      onRetry?.(`${failed}, trying again ${delayText(decision.afterMs)}`)
    }
    await pause(decision.afterMs, halted)
    return true
  }

  private async reauthenticate(refused: unknown): Promise<boolean> {
    this.reauthenticated = true
    try {
      await this.request.auth.reauthenticate?.(refused)
      return true
    } catch (reason) {
      this.authError = reason instanceof Error ? reason : new Error(String(reason))
      return false
    }
  }
}

/** `in 2 s`, `in 0.5 s`, `at once`. */
export function delayText(ms: number): string {
  const seconds = ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000)
  return seconds === 0 ? 'at once' : `in ${seconds} s`
}

/** Resolves after this long, or as soon as the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end)
  })
}
