/** What a path leads to: an endpoint of the API, the token endpoint, or nothing. */
export type Target =
  { kind: 'api'; version: 'v1' | 'v2'; path: string } | { kind: 'token' } | { kind: 'none' }

/**
 * shared: api.pipedrive.com. company: <company>.pipedrive.com. oauth: oauth.pipedrive.com.
 * local: another base URL that serves all of it.
 */
export type Surface = 'shared' | 'company' | 'oauth' | 'local'

interface Mount {
  readonly prefix: string
  readonly version: 'v1' | 'v2'
  /** Paths that respond with 404 here although they exist under the version's other prefix. */
  readonly missing?: RegExp
}

const mounts = {
  shared: [
    { prefix: '/v1', version: 'v1' },
    {
      prefix: '/api/v1',
      version: 'v1',
      missing: /^\/(leads(\/.*)?|leadLabels|leadSources|goals\/find|mailbox\/.*)$/,
    },
    { prefix: '/api/v2', version: 'v2' },
  ],
  company: [
    { prefix: '/api/v1', version: 'v1' },
    { prefix: '/api/v2', version: 'v2' },
  ],
  oauth: [],
  local: [
    { prefix: '/v1', version: 'v1' },
    { prefix: '/api/v1', version: 'v1' },
    { prefix: '/api/v2', version: 'v2' },
  ],
} as const satisfies Record<Surface, readonly Mount[]>

export function resolveTarget(surface: Surface, pathname: string): Target {
  // No trailing slash: the redirect would turn the POST into a GET.
  if ((surface === 'oauth' || surface === 'local') && pathname === '/oauth/token') return { kind: 'token' }
  for (const { prefix, version, missing } of mounts[surface] as readonly Mount[]) {
    if (!pathname.startsWith(`${prefix}/`)) continue
    const path = pathname.slice(prefix.length)
    return missing?.test(path) === true ? { kind: 'none' } : { kind: 'api', version, path }
  }
  return { kind: 'none' }
}
