import type { OAuthServer } from './oauth.js'

/** The client of a request. `token` names the rate-limit window that the request counts in. */
export type Access =
  | { readonly kind: 'none'; readonly token: string }
  | { readonly kind: 'api_token'; readonly token: string }
  | { readonly kind: 'oauth'; readonly token: string; readonly scopes: readonly string[] }

/** By x-api-token or a bearer. A token in the query string does not identify a client. */
export function identify(headers: Headers, apiToken: string, oauth: OAuthServer): Access {
  const token = headers.get('x-api-token')
  if (token !== null) return token === apiToken ? { kind: 'api_token', token } : { kind: 'none', token }
  const bearer = bearerOf(headers)
  if (bearer === undefined) return { kind: 'none', token: '' }
  const scopes = oauth.scopesOf(bearer)
  // The window is "per app and user": a refreshed token does not open a new one.
  return scopes === undefined
    ? { kind: 'none', token: bearer }
    : { kind: 'oauth', token: oauth.clientId, scopes }
}

/** Does the request carry a token of this sandbox, valid or not? If not, it is a stray. */
export function isOwn(headers: Headers, apiToken: string, oauth: OAuthServer): boolean {
  return headers.get('x-api-token') === apiToken || oauth.wasIssued(bearerOf(headers) ?? '')
}

export function mayUse(access: Access, scopes: readonly string[]): boolean {
  return access.kind !== 'oauth' || scopes.some((scope) => access.scopes.includes(scope))
}

function bearerOf(headers: Headers): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1]
}
