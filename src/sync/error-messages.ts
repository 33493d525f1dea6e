import {
  configError,
  ConnectorError,
  toConnectorError,
  type ConnectorErrorOptions,
} from '../airbyte/errors.js'
import { readable } from '../airbyte/readable.js'
import { didYouMean } from '../common/did-you-mean.js'
import { UnreadableTime } from '../common/time.js'
import type { StreamSpec } from '../manifest/stream.js'
import { ApiError, isLacking, type ApiErrorKind } from '../pipedrive/http/api-error.js'
import { PagingError } from '../pipedrive/lists/paging-error.js'
import { InvalidRow } from '../pipedrive/lists/row.js'
import { API_ERROR_MESSAGES } from './api-error-messages.js'

/** What the user reads when something failed, and who has to act. `scopes`: those of the list that failed. */
export function toUserError(
  thrown: unknown,
  stream?: string,
  scopes: readonly string[] = [],
): ConnectorError {
  if (thrown instanceof ApiError) return fromPipedrive(thrown, stream, scopes)
  const options: Partial<ConnectorErrorOptions> = { cause: thrown, ...(stream !== undefined && { stream }) }
  if (thrown instanceof PagingError) {
    const message =
      'Pipedrive returned a list that cannot be read reliably. The stream was stopped so that no record is lost. Sync again later.'
    return new ConnectorError(message, {
      ...options,
      failureType: 'transient_error',
      internalMessage: readable(thrown.message),
    })
  }
  if (thrown instanceof InvalidRow || thrown instanceof UnreadableTime) {
    const message =
      `Pipedrive returned a row that the connector does not understand: ${readable(thrown.message)} ` +
      'The stream was stopped so that no record is lost. Please report it with this log.'
    return new ConnectorError(message, { ...options, failureType: 'system_error' })
  }
  const { message, failureType, internalMessage } = toConnectorError(thrown)
  return new ConnectorError(message, {
    ...options,
    failureType,
    ...(internalMessage !== undefined && { internalMessage }),
  })
}

function fromPipedrive(
  error: ApiError,
  stream: string | undefined,
  scopes: readonly string[],
): ConnectorError {
  const { failureType, message } = API_ERROR_MESSAGES[error.kind]
  const reason = error.detail ? ` ("${readable(error.detail)}")` : ''
  return new ConnectorError(message(reason, error, scopes), {
    failureType,
    internalMessage: readable(error.message),
    cause: error,
    ...(stream !== undefined && { stream }),
  })
}

/** The stream's feature, if the error says that the account does not have it. A missing scope is something else. */
export function missingFeature(thrown: unknown, { feature }: StreamSpec): string | undefined {
  return feature && isLacking(thrown, feature.lacking) ? feature.name : undefined
}

const ENDS_THE_RUN: ReadonlySet<ApiErrorKind> = new Set<ApiErrorKind>([
  'unauthorized',
  'authorization_lost',
  'client_rejected',
  'blocked',
  'proxy',
  'untrusted_certificate',
  'daily_budget_spent',
  'reserve_reached',
])

/** Whether no later request of the run can succeed either. */
export function endsTheRun(thrown: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return thrown === signal.reason
  return thrown instanceof ApiError && ENDS_THE_RUN.has(thrown.kind)
}

/** What the user reads when the whole run failed; `progress` says in a sentence what is complete. */
export function toRunError(thrown: unknown, progress: string): ConnectorError {
  const error = toUserError(thrown)
  const { message, failureType, internalMessage, cause } = error
  if (failureType === 'config_error' || !(thrown instanceof ApiError)) return error
  return new ConnectorError([message, progress, 'The next sync continues from there.'].join(' '), {
    failureType,
    cause,
    ...(internalMessage !== undefined && { internalMessage }),
  })
}

export function unknownStream(stream: string, known: readonly string[]): ConnectorError {
  return configError(
    `The catalog has the stream "${stream}", which this connector does not have.${didYouMean(stream, known)} Refresh the source's schema.`,
    { stream },
  )
}
