export type ApiVersion = 'v1' | 'v2'

/** v1 lives under /v1 there: several of its lists answer 404 under /api/v1 on the shared host. */
const SHARED_HOST = 'https://api.pipedrive.com'

/** Where an API path is called. `baseUrl` replaces Pipedrive's host, for simulators. */
export function urlOf(api: ApiVersion, path: string, baseUrl = SHARED_HOST): string {
  return `${baseUrl}${api === 'v1' ? '/v1' : '/api/v2'}${path}`
}

/** Whether a URL may get the token: https under pipedrive.com, or whatever the user's own base URL covers. */
export function isAllowed(url: string, baseUrl: string | undefined): boolean {
  if (baseUrl !== undefined) return url.startsWith(`${baseUrl}/`)
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' && (hostname === 'pipedrive.com' || hostname.endsWith('.pipedrive.com'))
}
