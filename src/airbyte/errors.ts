import type { ErrorMessage, FailureType } from './messages.js'
import { readable, singleLine } from './readable.js'

export interface ConnectorErrorOptions {
  /**
   * config_error: the user has to act. transient_error: a later sync may succeed. system_error: a bug of the
   * connector.
   */
  failureType: FailureType
  /** Technical details for the log; `message` is for the user and says what to do next. */
  internalMessage?: string
  stream?: string
  cause?: unknown
}

/** The only error that reaches the platform: what the user reads, and who has to act. */
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

/** Any thrown value as a ConnectorError. An unexpected one is a bug of the connector. */
export function toConnectorError(thrown: unknown): ConnectorError {
  if (thrown instanceof ConnectorError) return thrown
  return new ConnectorError('The connector met an unexpected problem. Please report it with this log.', {
    failureType: 'system_error',
    internalMessage: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
    cause: thrown,
  })
}

/** TRACE ERROR. Only a bug has a stack trace: it does not help a user to correct a mistake. */
export function errorTrace(error: ConnectorError): ErrorMessage {
  const { message, internalMessage, failureType, stream } = error
  const stack = failureType === 'system_error' ? stackOf(error) : undefined
  return {
    type: 'TRACE',
    trace: {
      type: 'ERROR',
      emitted_at: Date.now(),
      error: {
        message: singleLine(message),
        failure_type: failureType,
        ...(internalMessage !== undefined && { internal_message: readable(internalMessage) }),
        ...(stack !== undefined && { stack_trace: stack }),
        ...(stream !== undefined && { stream_descriptor: { name: stream } }),
      },
    },
  }
}

const MAX_STACK_LINES = 20

function stackOf(error: ConnectorError): string | undefined {
  const { stack, message } = error.cause instanceof Error ? error.cause : error
  if (stack === undefined) return undefined
  // The stack starts with the message, which may quote the server.
  const start = stack.indexOf(message)
  const frames = start === -1 ? stack : stack.slice(start + message.length)
  const head = start === -1 ? '' : stack.slice(0, start) + readable(message)
  return head + frames.split('\n').slice(0, MAX_STACK_LINES).map(withoutControls).join('\n')
}

/** The line with its indentation. */
function withoutControls(line: string): string {
  return line.replace(/\S.*/u, (text) => readable(text))
}
