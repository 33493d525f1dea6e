import type { LedgerEntry, Sandbox } from '../../sandbox/sandbox.js'
import type { Output } from './output.js'

/** A config for the sandbox's OAuth app, with its refresh token and the given fields. */
export function oauthConfig({ oauth }: Sandbox, credentials: object = {}, more: object = {}): object {
  const { clientId, clientSecret, refreshToken } = oauth
  return {
    credentials: {
      auth_type: 'oauth2.0',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
      ...credentials,
    },
    plan: 'ultimate',
    ...more,
  }
}

/** The stored fields of an earlier authorization, with an access token that is valid for `lifetimeMs` from now on. */
export function storedToken({ oauth, companyUrl }: Sandbox, lifetimeMs: number) {
  return {
    access_token: oauth.issueAccessToken({ lifetimeMs }),
    token_expiry_date: new Date(Date.now() + lifetimeMs).toISOString(),
    api_domain: companyUrl,
  }
}

export const isTokenRequest = ({ path }: Pick<LedgerEntry, 'path'>): boolean => path.endsWith('/oauth/token')

export function tokenRequests({ ledger }: Sandbox): LedgerEntry[] {
  return ledger.entries.filter(isTokenRequest)
}

export function apiRequests({ ledger }: Sandbox): LedgerEntry[] {
  return ledger.entries.filter((entry) => !isTokenRequest(entry))
}

/** The configs that the platform was asked to store. */
export function storedConfigs({ messages }: Output): Record<string, unknown>[] {
  return messages.flatMap(({ control }) => (control ? [control.connectorConfig.config] : []))
}
