import {
  configError,
  ConnectorError,
  toConnectorError,
  type ConnectorErrorOptions,
} from '../airbyte/errors.js'
import type { FailureType } from '../airbyte/messages.js'
import { PipedriveError, type Fault, type FaultKind } from '../pipedrive/faults.js'
import { PagingError } from '../pipedrive/page.js'

interface Explanation {
  failureType: FailureType
  /** What happened and what to do; `said` is what Pipedrive answered, if anything. */
  message: (said: string) => string
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
    message: () =>
      "The company's daily API budget is spent; Pipedrive refills it at midnight. The next sync goes on where this one stopped.",
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
  timeout: {
    failureType: 'transient_error',
    message: () => 'Pipedrive did not answer in time. Check the network and any proxy, and sync again later.',
  },
  network: {
    failureType: 'transient_error',
    message: (said) => `Pipedrive could not be reached${said}. Check the network, DNS and any proxy.`,
  },
} satisfies Record<FaultKind, Explanation>

/** What the user reads when something failed, and who has to act. */
export function explain(thrown: unknown, stream?: string): ConnectorError {
  if (thrown instanceof PipedriveError) return explainFault(thrown, thrown.fault, stream)
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

/** No later request can succeed either: the run ends. */
export function endsTheRun(thrown: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return thrown === signal.reason
  return (
    thrown instanceof PipedriveError &&
    ['unauthorized', 'blocked', 'daily_budget_spent'].includes(thrown.fault.kind)
  )
}

export function streamGone(stream: string): ConnectorError {
  return configError(
    `The catalog names the stream "${stream}", which this connector does not have. Refresh the source's schema.`,
    { stream },
  )
}

function explainFault(error: PipedriveError, fault: Fault, stream?: string): ConnectorError {
  const { failureType, message } = FAULTS[fault.kind]
  const said = fault.detail ? ` ("${fault.detail}")` : ''
  return new ConnectorError(message(said), {
    failureType,
    internalMessage: error.message,
    cause: error,
    ...(stream !== undefined && { stream }),
  })
}
