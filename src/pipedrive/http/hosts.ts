export type ApiVersion = 'v1' | 'v2'

const SHARED_HOST = 'https://api.pipedrive.com'

/** Without a slash at the end: there the answer is a redirect. */
const TOKEN_URL = 'https://oauth.pipedrive.com/oauth/token'

/**
 * Where an API path is called: on the company's own host, if it is given, else on the shared one, where several of v1's
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

/** Whether a URL may get a token: https under pipedrive.com, or whatever the user's own base URL covers. */
export function isAllowed(url: string, baseUrl: string | undefined): boolean {
  if (!URL.canParse(url)) return false
  if (baseUrl !== undefined) return url.startsWith(`${baseUrl}/`)
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' && (hostname === 'pipedrive.com' || hostname.endsWith('.pipedrive.com'))
}
