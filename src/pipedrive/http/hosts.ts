export type ApiVersion = 'v1' | 'v2'

const SHARED_HOST = 'https://api.pipedrive.com'

/** Without a slash at the end: with one, the response is a redirect. */
const TOKEN_URL = 'https://oauth.pipedrive.com/oauth/token'

/**
 * The URL of an API path: on the company's own host if known, else on the shared one. On the shared host several v1
 * lists answer 404 under /api/v1. `baseUrl` replaces Pipedrive's hosts, for simulators.
 */
export function urlOf(
  api: ApiVersion,
  path: string,
  { baseUrl, companyUrl }: { baseUrl?: string | undefined; companyUrl?: string | undefined } = {},
): string {
  if (baseUrl === undefined && companyUrl !== undefined) return `${companyUrl}/api/${api}${path}`
  return `${baseUrl ?? SHARED_HOST}${api === 'v1' ? '/v1' : '/api/v2'}${path}`
}

export function tokenUrl(baseUrl?: string): string {
  return baseUrl === undefined ? TOKEN_URL : `${baseUrl}/oauth/token`
}

/** The one rule on who may receive tokens: https under pipedrive.com, or, instead of it, what lies under `baseUrl`. */
export function mayReceiveTokens(url: string, baseUrl?: string): boolean {
  if (!URL.canParse(url)) return false
  if (baseUrl !== undefined) return url.startsWith(`${baseUrl}/`)
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' && (hostname === 'pipedrive.com' || hostname.endsWith('.pipedrive.com'))
}
