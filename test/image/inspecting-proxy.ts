import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { createRequestListener } from '@remix-run/node-fetch-server'
import { getResponse } from 'msw'
import type { Sandbox } from '../../sandbox/sandbox.js'

export interface ProxyOptions {
  sandbox: Sandbox
  key: string
  cert: string
  /** `name:password`, where it wants one. */
  user?: string
}

/**
 * A proxy that ends the TLS of every tunnel itself and has Pipedrive's hosts behind it; plain requests are passed on.
 */
export async function startInspectingProxy({ sandbox, key, cert, user }: ProxyOptions) {
  /** Where it was asked to lead, `host:port` once a tunnel, the address once a plain request. */
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const allows = (authorization: string | undefined) =>
    user === undefined || authorization === `Basic ${Buffer.from(user).toString('base64')}`

  const pipedrive = createTlsServer(
    { key, cert },
    createRequestListener(
      async (incoming) =>
        (await getResponse(sandbox.handlers, incoming)) ?? new Response(null, { status: 404 }),
    ),
  )
  const proxy = createServer((incoming, answer) => {
    asked.push(incoming.url ?? '')
    const onward = request(incoming.url ?? '', { headers: incoming.headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    onward.on('error', () => answer.writeHead(502).end())
    incoming.pipe(onward)
  })
  proxy.on('connect', (incoming, socket: Socket) => {
    asked.push(incoming.url ?? '')
    sockets.add(socket)
    if (!allows(incoming.headers['proxy-authorization'])) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n')
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    pipedrive.emit('connection', socket)
  })
  proxy.listen(0, '0.0.0.0')
  await once(proxy, 'listening')
  return {
    asked,
    port: (proxy.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      proxy.closeAllConnections()
      proxy.close()
    },
  }
}
