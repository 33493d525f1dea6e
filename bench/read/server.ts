/*
 * A server with one long list of deals, in a process of its own: its options are the argument, as JSON. Prints its
 * address, and answers /usage with what it has served.
 */
import { createServer, type ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { Deals, type DealsOptions } from './deals.js'
import { definitionsOf } from './fields.js'

export interface ServerOptions extends DealsOptions {
  readonly latencyMs: number
  /** Requests in two seconds, as the responses state it. */
  readonly burstLimit: number
  readonly gzip: boolean
}

export interface ServerUsage {
  readonly requests: number
  readonly tokens: number
}

const options = JSON.parse(process.argv[2] ?? '{}') as ServerOptions
const deals = new Deals(options)
const fields = definitionsOf(options.customFields, options.filled)
let usage: ServerUsage = { requests: 0, tokens: 0 }

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/usage') {
    respond(response, JSON.stringify(usage))
    return
  }
  usage = { requests: usage.requests + 1, tokens: usage.tokens + costOf(url.pathname) }
  void setTimeout(options.latencyMs).then(() => {
    respond(response, bodyOf(url))
  })
})

function respond(response: ServerResponse, text: string): void {
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('x-ratelimit-limit', String(options.burstLimit))
  if (options.gzip) response.setHeader('content-encoding', 'gzip')
  response.end(options.gzip ? gzipSync(text, { level: 1 }) : text)
}

function costOf(path: string): number {
  return path.endsWith('/users/me') ? 2 : path.includes('/v1/') ? 20 : 10
}

function bodyOf({ pathname, searchParams }: URL): string {
  if (pathname.endsWith('/v2/deals')) return pageOfDeals(searchParams)
  if (pathname.endsWith('/users/me')) return JSON.stringify({ success: true, data: me })
  const data = pathname.endsWith('/dealFields') ? fields : []
  const additional_data = { next_cursor: null, pagination: { more_items_in_collection: false } }
  return JSON.stringify({ success: true, data, additional_data })
}

const me = {
  ...{ id: 11, name: 'Bench', company_id: 1, company_name: 'Bench', company_domain: 'bench' },
  access: [{ app: 'sales', admin: true }],
}

/** Sorted by update time or by id, which is the same order here. The cursor is the index of the next row. */
function pageOfDeals(params: URLSearchParams): string {
  const [since, until] = [params.get('updated_since'), params.get('updated_until')]
  const first = since === null ? 0 : deals.indexFrom(since)
  const end = until === null ? deals.size : deals.indexFrom(until)
  const isDescending = params.get('sort_direction') === 'desc'
  const from = Number(params.get('cursor') ?? (isDescending ? end - 1 : first))
  const left = isDescending ? from - first + 1 : end - from
  const count = Math.max(0, Math.min(Number(params.get('limit') ?? 100), left))
  const step = isDescending ? -1 : 1
  const texts = Array.from({ length: count }, (_, at) => deals.text(from + at * step))
  const next = count < left ? `"${from + count * step}"` : 'null'
  return `{"success":true,"data":[${texts.join()}],"additional_data":{"next_cursor":${next}}}`
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  process.stdout.write(`http://127.0.0.1:${port}\n`)
})
