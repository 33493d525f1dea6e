import type { FailureType } from '../airbyte/messages.js'
import { formatTime } from '../common/time.js'
import { duration } from '../common/wording.js'
import type { ApiErrorKind, ApiFailure } from '../pipedrive/http/api-error.js'

interface UserMessage {
  failureType: FailureType
  /**
   * What happened, and what to do. `reason` is what the server answered, as ` ("…")`, or empty. `scopes`: any one of
   * them opens the list, where they are known.
   */
  message: (reason: string, failure: ApiFailure, scopes: readonly string[]) => string
}

/** What the user reads for each kind of API error, and who has to act. */
export const API_ERROR_MESSAGES = {
  bad_request: {
    failureType: 'system_error',
    message: (reason) => `Pipedrive refused a request as malformed${reason}. Please report it with this log.`,
  },
  unauthorized: {
    failureType: 'config_error',
    message: (reason) =>
      `Pipedrive does not accept the API token${reason}. Copy the current one from Personal preferences > API in Pipedrive.`,
  },
  authorization_lost: {
    failureType: 'config_error',
    message: (reason) =>
      `Pipedrive no longer accepts this connection${reason}. The app was uninstalled, the access was revoked, or it was not used for 60 days. Connect the source to Pipedrive again.`,
  },
  client_rejected: {
    failureType: 'config_error',
    message: (reason) =>
      `Pipedrive does not accept the client ID and the client secret${reason}. Copy both from the app's page in Pipedrive's Developer Hub.`,
  },
  payment_required: {
    failureType: 'config_error',
    message: (reason) =>
      `The Pipedrive account does not include this data, or its subscription is not active${reason}. Deselect the stream or check the plan.`,
  },
  forbidden: {
    failureType: 'config_error',
    message: (reason) =>
      `The user who owns the token may not read this data${reason}. Use the token of an admin, or ask an admin for the permission.`,
  },
  scope_missing: {
    failureType: 'config_error',
    message: (reason, _failure, scopes) =>
      `The connection lacks a scope for this data${reason}. Add ${scopesToAdd(scopes)} to the app and connect again, or deselect the stream.`,
  },
  blocked: {
    failureType: 'transient_error',
    message: () =>
      'Cloudflare temporarily blocks requests with this token, usually because a client ignored rate limits. Stop other integrations that use the token, and sync again later.',
  },
  not_found: {
    failureType: 'system_error',
    message: (reason) => `Pipedrive does not have this list${reason}. Please report it with this log.`,
  },
  gone: {
    failureType: 'system_error',
    message: (reason) => `Pipedrive has removed this list from its API${reason}. Update the connector.`,
  },
  unsupported: {
    failureType: 'config_error',
    message: (reason) =>
      `The feature behind this data is not enabled in the Pipedrive account${reason}. Enable it or deselect the stream.`,
  },
  rate_limited: {
    failureType: 'transient_error',
    message: () =>
      'Pipedrive repeatedly refused requests because of its rate limit. Other integrations probably use the same token. Use a separate token for this source, or sync at another time.',
  },
  daily_budget_spent: {
    failureType: 'transient_error',
    message: (_reason, failure) => `The company's daily API budget is spent. ${budgetReset(failure)}`,
  },
  reserve_reached: {
    failureType: 'transient_error',
    message: (_reason, failure) =>
      `What is left of the company's daily API budget is reserved for other integrations by daily_token_reserve. ${budgetReset(failure)}`,
  },
  server: {
    failureType: 'transient_error',
    message: (reason) =>
      `Pipedrive's servers failed repeatedly${reason}. Sync again later; see https://status.pipedrive.com.`,
  },
  unexpected_status: { failureType: 'system_error', message: unexpectedStatus },
  malformed_body: {
    failureType: 'transient_error',
    message: (reason) =>
      `Pipedrive repeatedly sent responses without usable data${reason}. Sync again later. If it happens again, check that no proxy answers in Pipedrive's place.`,
  },
  no_account: {
    failureType: 'transient_error',
    message: (reason) =>
      `Pipedrive did not say whose account the token belongs to${reason}. Check base_url, and that no proxy answers ` +
      "in Pipedrive's place; then sync again.",
  },
  too_large: {
    failureType: 'config_error',
    message: () =>
      'Pipedrive sent more than 64 MB, although as few records as possible were requested: one of them is too large. ' +
      'Shorten its texts in Pipedrive, or deselect the stream.',
  },
  timeout: {
    failureType: 'transient_error',
    message: () => 'Pipedrive did not answer in time. Check the network and any proxy, and sync again later.',
  },
  network: { failureType: 'transient_error', message: networkFailure },
  proxy: {
    failureType: 'config_error',
    message: (reason) =>
      `The proxy in HTTPS_PROXY or HTTP_PROXY does not let the connector connect to Pipedrive${reason}. Check the proxy's address, user name and password, and that it allows *.pipedrive.com. To connect without the proxy, add Pipedrive's hosts to NO_PROXY.`,
  },
  untrusted_certificate: {
    failureType: 'config_error',
    message: (reason) =>
      `The connector does not trust the TLS certificate that it received for Pipedrive${reason}. Usually a proxy inspects the traffic. Set NODE_EXTRA_CA_CERTS to a PEM file with the proxy's CA certificate.`,
  },
} satisfies Record<ApiErrorKind, UserMessage>

const OR = new Intl.ListFormat('en', { type: 'disjunction' })

function scopesToAdd(scopes: readonly string[]): string {
  return scopes.length === 0 ? 'the scope' : `the scope ${OR.format(scopes)}`
}

function unexpectedStatus(reason: string, { status = 0 }: ApiFailure): string {
  if (status >= 300 && status < 400)
    return `Pipedrive redirected a request (HTTP ${status}). The connector does not follow redirects, because they could send the token to another host. Check base_url, the network and any proxy.`
  return `Pipedrive answered with the unexpected status ${status}${reason}. Please report it with this log.`
}

/** What Node's network codes mean and which setting to check; other codes stand for themselves. */
const NETWORK_CODES: Record<string, string> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'The server at its address has a TLS certificate for another host.',
  CERT_HAS_EXPIRED: 'The TLS certificate of the server has expired.',
  ENOTFOUND: 'Its host name is unknown.',
  EAI_AGAIN: 'The DNS server did not answer.',
  ECONNREFUSED: 'The server refused the connection.',
  ECONNRESET: 'The connection was closed.',
}

function networkFailure(reason: string, { detail = '' }: ApiFailure): string {
  const meaning = NETWORK_CODES[detail]
  return `Pipedrive could not be reached${reason}. ${meaning === undefined ? '' : `${meaning} `}Check the network, DNS and any proxy.`
}

/** Pipedrive does not document in which time zone the budget's midnight is. */
function budgetReset({ resetsInMs }: ApiFailure): string {
  if (resetsInMs === undefined) return 'Pipedrive resets it at midnight in its own time zone.'
  const at = formatTime(Math.ceil((Date.now() + resetsInMs) / 1000) * 1000)
  return `Pipedrive resets it in ${duration(resetsInMs)} (${at}).`
}
