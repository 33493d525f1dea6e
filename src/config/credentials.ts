import { configError } from '../airbyte/errors.js'
import { timeOrNull } from '../common/time.js'
import type { Credentials } from '../pipedrive/auth/credentials.js'
import { mayReceiveTokens } from '../pipedrive/http/hosts.js'

/** `credentials` of a config that is valid by spec.json. */
export type CredentialsConfig =
  | { auth_type: 'api_token'; api_token: string }
  | {
      auth_type: 'oauth2.0'
      client_id: string
      client_secret: string
      refresh_token: string
      access_token?: string
      token_expiry_date?: string
      api_domain?: string
    }

/** Removes blanks, which are easily copied along with secrets. `baseUrl` replaces Pipedrive's hosts, if set. */
export function parseCredentials(config: CredentialsConfig, baseUrl: string | undefined): Credentials {
  if (config.auth_type === 'api_token') {
    return { kind: 'api_token', apiToken: required(config.api_token, 'api_token') }
  }
  const accessToken = storedToken(config.access_token, config.token_expiry_date)
  return {
    kind: 'oauth',
    clientId: required(config.client_id, 'client_id'),
    clientSecret: required(config.client_secret, 'client_secret'),
    refreshToken: required(config.refresh_token, 'refresh_token'),
    ...(accessToken && { accessToken }),
    ...(config.api_domain?.trim() && { apiDomain: apiDomain(config.api_domain.trim(), baseUrl) }),
  }
}

function required(text: string, field: string): string {
  if (text.trim() === '') throw configError(`The config is not valid: credentials.${field} is empty.`)
  return text.trim()
}

/** A token without a known expiry is not used: a new one costs a single request. */
function storedToken(token = '', expiry = ''): { token: string; expiresAt: number } | undefined {
  const expiresAt = timeOrNull(expiry.trim()) ?? undefined
  return token.trim() === '' || expiresAt === undefined ? undefined : { token: token.trim(), expiresAt }
}

/** Tokens are sent there: only to Pipedrive, or to the simulator that base_url names. */
function apiDomain(text: string, baseUrl: string | undefined): string {
  const address = text.includes('://') ? text : `https://${text}`
  const { protocol, origin, pathname } = new URL(URL.canParse(address) ? address : 'invalid:')
  if (baseUrl !== undefined && /^https?:$/.test(protocol)) return `${origin}${pathname}`.replace(/\/+$/, '')
  if (mayReceiveTokens(address)) return origin
  throw configError(
    "The config's credentials.api_domain is not a Pipedrive address. Enter one like https://company.pipedrive.com, or leave it empty.",
  )
}
