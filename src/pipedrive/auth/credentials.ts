/** How to authorize at Pipedrive. */
export type Credentials = ApiTokenCredentials | OAuthCredentials

export interface ApiTokenCredentials {
  kind: 'api_token'
  apiToken: string
}

export interface OAuthCredentials {
  kind: 'oauth'
  clientId: string
  clientSecret: string
  refreshToken: string
  /** The last one that was stored, which may have expired. Milliseconds since 1970. */
  accessToken?: { token: string; expiresAt: number }
  /** The company's own host, which accepts its access tokens: https://company.pipedrive.com */
  apiDomain?: string
}

/** What to store for the next run. */
export interface Tokens {
  accessToken: string
  /** Milliseconds since 1970. */
  expiresAt: number
  refreshToken: string
  apiDomain?: string
}
