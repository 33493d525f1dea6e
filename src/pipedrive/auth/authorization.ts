/** How requests are signed, and where they go. */
export interface Authorization {
  /** Each kind has limits of its own. */
  readonly kind: 'api_token' | 'oauth'
  /** What a request carries; a token that is about to expire is renewed first. */
  headers(): Promise<Readonly<Record<string, string>>>
  /** The company's own address, where it has to be called; else the shared one. */
  companyUrl?(): Promise<string>
  /** After a 401: sees to it that there are other headers than the ones that were refused. */
  signAnew?(refused: unknown): Promise<void>
  /** Gets a new token, however good the last one may still be. */
  refresh?(): Promise<unknown>
  /** What the user granted, as far as it is known. */
  readonly scopes?: readonly string[] | undefined
}

/** Always in a header: addresses end up in logs. */
export function apiToken(token: string): Authorization {
  return { kind: 'api_token', headers: () => Promise.resolve({ 'x-api-token': token }) }
}
