import {
  configError,
  ConnectorError,
  toConnectorError,
  type ConnectorErrorOptions,
} from '../airbyte/errors.js'
import type { FailureType } from '../airbyte/messages.js'
import type { StreamSpec } from '../manifest/stream.js'
import { ApiError, type ApiErrorKind, type ApiFailure } from '../pipedrive/http/api-error.js'
import { PagingError } from '../pipedrive/lists/page.js'
import { formatTime } from '../common/time.js'

interface Explanation {
  failureType: FailureType
  /** What happened and what to do; `said` is what Pipedrive answered, if anything. */
  message: (said: string, failure: ApiFailure) => string
}

const FAULTS = {
  bad_request: {
    failureType: 'system_error',
    message: (said) => `Pipedrive refused a request as malformed${said}. Please report it with this log.`,
  },
  unauthorized: {
    failureType: 'config_error',
    message: (said) =>
      `Pipedrive does not accept the API token${said}. Copy the current one from Personal preferences > API in Pipedrive.`,
  },
  authorization_lost: {
    failureType: 'config_error',
    message: (said) =>
      `Pipedrive no longer accepts this connection${said}: the app was uninstalled, the access was taken back, or it was not used for 60 days. Connect the source to Pipedrive again.`,
  },
  client_rejected: {
    failureType: 'config_error',
    message: (said) =>
      `Pipedrive does not know the app by this client ID and secret${said}. Copy both from the app's page in Pipedrive's Developer Hub.`,
  },
  payment_required: {
    failureType: 'config_error',
    message: (said) =>
      `The Pipedrive account does not include this data, or its subscription is not active${said}. Deselect the stream or check the plan.`,
  },
  forbidden: {
    failureType: 'config_error',
    message: (said) =>
      `The owner of the token may not read this data${said}. Use an admin's token, or ask an admin for the permission.`,
  },
  scope_missing: {
    failureType: 'config_error',
    message: (said) => `The token lacks a scope for this data${said}. Grant the scope and connect again.`,
  },
  blocked: {
    failureType: 'transient_error',
    message: () =>
      'Cloudflare blocks requests with this token for a while, as happens when rate limits were ignored. Stop other integrations that use it, and sync again later.',
  },
  not_found: {
    failureType: 'system_error',
    message: (said) => `Pipedrive has no such list${said}. Please report it with this log.`,
  },
  gone: {
    failureType: 'system_error',
    message: (said) => `Pipedrive has withdrawn this list${said}. Update the connector.`,
  },
  unsupported: {
    failureType: 'config_error',
    message: (said) =>
      `The feature behind this data is not enabled in the Pipedrive account${said}. Enable it or deselect the stream.`,
  },
  rate_limited: {
    failureType: 'transient_error',
    message: () =>
      'Pipedrive kept answering that too many requests were sent. Other integrations probably use the same token: give this one a token of its own, or sync at another time.',
  },
  daily_budget_spent: {
    failureType: 'transient_error',
    message: (_said, failure) => `The company's daily API budget is spent. ${refill(failure)}`,
  },
  reserve_reached: {
    failureType: 'transient_error',
    message: (_said, failure) =>
      `The company's daily API budget has come down to what daily_token_reserve keeps for others. ${refill(failure)}`,
  },
  server: {
    failureType: 'transient_error',
    message: (said) =>
      `Pipedrive's servers failed repeatedly${said}. Sync again later; see https://status.pipedrive.com.`,
  },
  unexpected_status: {
    failureType: 'system_error',
    message: (said) => `Pipedrive answered in an unexpected way${said}. Please report it with this log.`,
  },
  malformed_body: {
    failureType: 'transient_error',
    message: () => 'Pipedrive repeatedly sent answers that were not whole. Sync again later.',
  },
  too_large: {
    failureType: 'system_error',
    message: () =>
      'Pipedrive sent an answer of more than 64 MB, which the connector does not read. Please report it with this log.',
  },
  timeout: {
    failureType: 'transient_error',
    message: () => 'Pipedrive did not answer in time. Check the network and any proxy, and sync again later.',
  },
  network: {
    failureType: 'transient_error',
    message: (said) => `Pipedrive could not be reached${said}. Check the network, DNS and any proxy.`,
  },
  proxy: {
    failureType: 'config_error',
    message: (said) =>
      `The proxy that HTTPS_PROXY or HTTP_PROXY names does not let the connector through to Pipedrive${said}. Check the proxy's address, user name and password, and that it allows *.pipedrive.com; or name Pipedrive's hosts in NO_PROXY.`,
  },
  untrusted_certificate: {
    failureType: 'config_error',
    message: (said) =>
      `The TLS certificate that came in Pipedrive's name is not one that the connector trusts${said}: as a rule, a proxy inspects the traffic. Set NODE_EXTRA_CA_CERTS to a PEM file with the proxy's CA certificate.`,
  },
} satisfies Record<ApiErrorKind, Explanation>

/** What the user reads when something failed, and who has to act. */
export function explain(thrown: unknown, stream?: string): ConnectorError {
  if (thrown instanceof ApiError) return explainApiError(thrown, stream)
  const options: Partial<ConnectorErrorOptions> = { cause: thrown, ...(stream !== undefined && { stream }) }
  if (thrown instanceof PagingError) {
    const message =
      'Pipedrive returned a list that cannot be read reliably. The stream was stopped rather than lose rows; sync again later.'
    return new ConnectorError(message, {
      ...options,
      failureType: 'transient_error',
      internalMessage: thrown.message,
    })
  }
  const { message, failureType, internalMessage } = toConnectorError(thrown)
  return new ConnectorError(message, {
    ...options,
    failureType,
    ...(internalMessage !== undefined && { internalMessage }),
  })
}

/** The feature behind the stream, where the account does not have it. A scope that is missing is another matter. */
export function lackedFeature(thrown: unknown, { feature }: StreamSpec): string | undefined {
  if (!feature || !(thrown instanceof ApiError)) return undefined
  const { kind, status } = thrown
  const says = kind !== 'scope_missing' && kind !== 'blocked' && feature.lacking.some((one) => one === status)
  return says ? feature.name : undefined
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

/** No later request can succeed either: the run ends. */
export function endsTheRun(thrown: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return thrown === signal.reason
  return thrown instanceof ApiError && ENDS_THE_RUN.has(thrown.kind)
}

/** The same for what ended the whole run: also how far it came. */
export function explainEnd(thrown: unknown, howFar: string): ConnectorError {
  const error = explain(thrown)
  const { message, failureType, internalMessage, cause } = error
  if (failureType === 'config_error' || !(thrown instanceof ApiError)) return error
  return new ConnectorError([message, howFar, GOES_ON].join(' '), {
    failureType,
    cause,
    ...(internalMessage !== undefined && { internalMessage }),
  })
}

const GOES_ON = 'The next sync goes on from there.'

/** Nobody documents whose midnight it is. */
function refill({ resetsInMs }: ApiFailure): string {
  if (resetsInMs === undefined) return 'Pipedrive refills it at midnight, by its own clock.'
  const minutes = Math.ceil(resetsInMs / 60_000)
  const duration = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return `Pipedrive refills it in ${duration} (${formatTime(Math.ceil((Date.now() + resetsInMs) / 1000) * 1000)}).`
}

export function streamGone(stream: string): ConnectorError {
  return configError(
    `The catalog names the stream "${stream}", which this connector does not have. Refresh the source's schema.`,
    { stream },
  )
}

function explainApiError(error: ApiError, stream?: string): ConnectorError {
  const { failureType, message } = FAULTS[error.kind]
  const said = error.detail ? ` ("${error.detail}")` : ''
  return new ConnectorError(message(said, error), {
    failureType,
    internalMessage: error.message,
    cause: error,
    ...(stream !== undefined && { stream }),
  })
}
