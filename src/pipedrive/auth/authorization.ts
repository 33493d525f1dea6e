import type { RequestAuth } from '../http/request.js'

/** What the client needs to know of an API token or an OAuth session. */
export interface Authorization extends RequestAuth {
  /** The company's own host, where requests have to be sent; absent where the shared host accepts them. */
  companyUrl?(): Promise<string>
  /** Obtains a new access token, however long the current one is still valid. */
  refresh?(): Promise<unknown>
  /** What the user granted; undefined while unknown. */
  readonly scopes?: readonly string[] | undefined
}

/** The token is sent in a header, never in the URL: URLs end up in logs. */
export function apiTokenAuth(token: string): Authorization {
  return { headers: () => Promise.resolve({ 'x-api-token': token }) }
}
