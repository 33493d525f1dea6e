import type { ClientRequest } from 'node:http'
import type { Readable } from 'node:stream'
import axios, { AxiosError, type AxiosAdapter, type AxiosResponse } from 'axios'
import type { ApiFailure } from './api-error.js'
import { BodyTooLarge, type Body, type BodyBuffers } from './body.js'
import { connectionFailure } from './connection-error.js'
import { connections, openSince } from './connections.js'

export type RequestConfig = Parameters<AxiosAdapter>[0]

/** An attempt that failed, in the form that axios-retry understands. */
export class AttemptError extends AxiosError {
  constructor(
    readonly failure: ApiFailure,
    config: AxiosError['config'],
    response?: AxiosResponse,
  ) {
    super(failure.detail ?? failure.kind, failure.kind, config, undefined, response)
  }
}

const http = axios.getAdapter('http')

/**
 * Decompressed. A page of 500 rows has a few megabytes; two megabytes of gzip can become gigabytes, which would end the
 * process without a message.
 */
const LARGEST_BODY_BYTES = 64 * 1024 * 1024

export interface AttemptResponse extends AxiosResponse<Body> {
  /** Since when the connection is open; undefined: not known. Milliseconds since 1970. */
  readonly openAt: number | undefined
}

/**
 * Sends one request and returns its response, body included, whatever its status. Throws AttemptError when there is no
 * response within the time limit, and what axios throws when the signal was aborted.
 */
export async function sendAttempt(
  config: RequestConfig,
  buffers: BodyBuffers,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<AttemptResponse> {
  const deadline = new AbortController()
  const stop = () => {
    deadline.abort()
  }
  const timer = setTimeout(stop, timeoutMs)
  // Not AbortSignal.any: what it attaches to a signal that lives as long as the run is not collected before that.
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const response = await http({ ...config, ...connections(), signal: deadline.signal })
    const openAt = openSince((response.request as ClientRequest).socket)
    return { ...response, openAt, data: await buffers.read(response.data as Readable, LARGEST_BODY_BYTES) }
  } catch (error) {
    if (signal?.aborted) throw error
    throw new AttemptError(deadline.signal.aborted ? { kind: 'timeout' } : failureOf(error), config)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

function failureOf(error: unknown): ApiFailure {
  const isTooLarge = error instanceof BodyTooLarge
  return isTooLarge ? { kind: 'too_large', detail: 'more than 64 MB' } : connectionFailure(error)
}
