import type { RequestHandler } from 'msw'
// The package's entry would load GraphQL too.
import { http } from 'msw/core/http'
import type { Address, Router } from './router.js'

/** Pipedrive's hosts, and the company's. */
export function pipedriveAddresses(companyUrl: string): readonly Address[] {
  return [
    { surface: 'shared', base: 'https://api.pipedrive.com', apiDomain: companyUrl },
    { surface: 'company', base: companyUrl, apiDomain: companyUrl },
    { surface: 'oauth', base: 'https://oauth.pipedrive.com', apiDomain: companyUrl },
  ]
}

/** Another base URL that serves all of the API. */
export function localAddress(baseUrl: string): Address {
  const { origin, pathname } = new URL(baseUrl)
  const base = `${origin}${pathname}`.replace(/\/$/, '')
  return { surface: 'local', base, apiDomain: base }
}

/**
 * Serves the requests to these addresses. One handler that compares texts: of handlers with patterns, msw compiles each
 * pattern anew for each request.
 */
export function handlerOf(router: Router, addresses: readonly Address[]): RequestHandler {
  const addressOf = ({ url }: Request) => addresses.find(({ base }) => url.startsWith(`${base}/`))
  return http.all(
    ({ request }) => addressOf(request) !== undefined,
    ({ request }) => {
      const address = addressOf(request)
      return address && router.respond(request, address)
    },
  )
}
