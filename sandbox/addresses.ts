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

export function handlerOf(router: Router, address: Address): RequestHandler {
  return http.all(`${address.base}/*`, ({ request }) => router.respond(request, address))
}
