import type { ErrorMessage, FailureType } from './messages.js'

export interface ConnectorErrorOptions {
  /** config_error: the user must act, the platform does not retry. transient_error: it may pass. system_error: our bug. */
  failureType: FailureType
  /** The technical side, for the log; `message` is for the user and says what to do next. */
  internalMessage?: string
  stream?: string
  cause?: unknown
}

/** The one error that reaches the platform: what the user reads, and who has to act. */
export class ConnectorError extends Error {
  override name = 'ConnectorError' as const
  readonly failureType: FailureType
  readonly internalMessage: string | undefined
  readonly stream: string | undefined

  constructor(message: string, options: ConnectorErrorOptions) {
    super(message, { cause: options.cause })
    this.failureType = options.failureType
    this.internalMessage = options.internalMessage
    this.stream = options.stream
  }
}

export function configError(message: string, options: Partial<ConnectorErrorOptions> = {}): ConnectorError {
  return new ConnectorError(message, { ...options, failureType: 'config_error' })
}

/** Whatever was thrown, as a ConnectorError: what nobody foresaw is a fault of the connector. */
export function toConnectorError(thrown: unknown): ConnectorError {
  if (thrown instanceof ConnectorError) return thrown
  return new ConnectorError('The connector met an unexpected problem. Please report it with this log.', {
    failureType: 'system_error',
    internalMessage: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
    cause: thrown,
  })
}

/** TRACE ERROR. A stack helps only where the fault is ours; a user's mistake has none. */
export function errorTrace(error: ConnectorError): ErrorMessage {
  const { message, internalMessage, failureType, stream } = error
  const stack = failureType === 'system_error' ? stackOf(error) : undefined
  return {
    type: 'TRACE',
    trace: {
      type: 'ERROR',
      emitted_at: Date.now(),
      error: {
        message,
        failure_type: failureType,
        ...(internalMessage !== undefined && { internal_message: internalMessage }),
        ...(stack !== undefined && { stack_trace: stack }),
        ...(stream !== undefined && { stream_descriptor: { name: stream } }),
      },
    },
  }
}

function stackOf(error: ConnectorError): string | undefined {
  return error.cause instanceof Error ? error.cause.stack : error.stack
}
