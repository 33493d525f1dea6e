import type { OAuthServer } from './oauth.js'

/** Who asks. `token` names the window that the request counts in. */
export type Access =
  | { readonly kind: 'none'; readonly token: string }
  | { readonly kind: 'api_token'; readonly token: string }
  | { readonly kind: 'oauth'; readonly token: string; readonly scopes: readonly string[] }

/** x-api-token or a bearer; a token in the query string is not an identification. */
export function identify(headers: Headers, apiToken: string, oauth: OAuthServer): Access {
  const token = headers.get('x-api-token')
  if (token !== null) return token === apiToken ? { kind: 'api_token', token } : { kind: 'none', token }
  const [, bearer] = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '') ?? []
  if (bearer === undefined) return { kind: 'none', token: '' }
  const scopes = oauth.scopesOf(bearer)
  // The window is "per app and user": a refreshed token does not open a new one.
  return scopes === undefined
    ? { kind: 'none', token: bearer }
    : { kind: 'oauth', token: oauth.clientId, scopes }
}

export function mayUse(access: Access, scopes: readonly string[]): boolean {
  return access.kind !== 'oauth' || scopes.some((scope) => access.scopes.includes(scope))
}
