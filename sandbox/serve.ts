import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequestListener } from '@remix-run/node-fetch-server'
import { getResponse } from 'msw'
import { respondAdmin } from './admin.js'
import type { Sandbox } from './sandbox.js'

export interface ServeOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
}

export interface Served {
  readonly url: string
  readonly close: () => Promise<void>
}

/** As a front end does: a client has to end by itself, and none meets a connection that is just being closed. */
const KEEP_ALIVE_MS = 400_000

/** The sandbox over HTTP: <url>/v1, <url>/api/v1, <url>/api/v2, <url>/oauth/token, and <url>/_sandbox. */
export async function serve(sandbox: Sandbox, options: ServeOptions = {}): Promise<Served> {
  const { port = 0, host = '127.0.0.1' } = options
  const server = createServer((request, response) => {
    // Node must not add a Date header: that is a switch of the sandbox.
    response.sendDate = false
    const listener = createRequestListener((incoming) => respond(sandbox, incoming, response))
    listener(request, response)
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  const name = host.includes(':') ? `[${host}]` : host
  return { url: `http://${name}:${address.port}`, close: () => close(server) }
}

/** Clients may use any name of this server (localhost, a container's name): each is a base URL. */
async function respond(sandbox: Sandbox, request: Request, raw: ServerResponse): Promise<Response> {
  const { origin, pathname } = new URL(request.url)
  if (pathname.startsWith('/_sandbox/')) return respondAdmin(sandbox, request)
  const response = await getResponse(sandbox.handlersFor(origin), request)
  if (response === undefined) return Response.json({ success: false, error: 'Not found' }, { status: 404 })
  // A network error has no status to send: the connection is closed.
  if (response.type === 'error') raw.destroy()
  return response
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve()
      else reject(error)
    })
    server.closeAllConnections()
  })
}
