import axios, { AxiosError, type AxiosAdapter, type AxiosResponse } from 'axios'
import { connectionFault } from './connection-error.js'
import { connections } from './connections.js'
import type { Fault } from './api-error.js'

export type RequestConfig = Parameters<AxiosAdapter>[0]

/** An attempt that failed, in the form that axios-retry understands. */
export class FailedAttempt extends AxiosError {
  constructor(
    readonly fault: Fault,
    config: AxiosError['config'],
    response?: AxiosResponse,
  ) {
    super(fault.detail ?? fault.kind, fault.kind, config, undefined, response)
  }
}

const http = axios.getAdapter('http')

/**
 * One request and its answer, body included, whatever its status. Throws FailedAttempt when there is none in time, and
 * what axios throws when the signal ended it.
 */
export async function send(
  config: RequestConfig,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<AxiosResponse<unknown>> {
  const deadline = new AbortController()
  const stop = () => {
    deadline.abort()
  }
  const timer = setTimeout(stop, timeoutMs)
  // Not AbortSignal.any: what it ties to a signal that lives as long as the run is not collected before that.
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await http({ ...config, ...connections(), signal: deadline.signal })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new FailedAttempt(deadline.signal.aborted ? { kind: 'timeout' } : connectionFault(error), config)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}
