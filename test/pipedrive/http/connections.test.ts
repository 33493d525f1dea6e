import { once } from 'node:events'
import { createServer, request, type Agent, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { connections, openSince, proxiesOf } from '../../../src/pipedrive/http/connections.js'

test.each([
  { name: 'upper case', env: { HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'http://b:2', NO_PROXY: 'c' } },
  { name: 'lower case', env: { https_proxy: 'http://a:1', http_proxy: 'http://b:2', no_proxy: 'c' } },
  {
    name: 'lower case before upper case',
    env: { HTTPS_PROXY: 'http://z', https_proxy: 'http://a:1', http_proxy: 'http://b:2', no_proxy: 'c' },
  },
  {
    name: 'upper case where lower case is empty',
    env: { https_proxy: '', HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'http://b:2', NO_PROXY: 'c' },
  },
  { name: 'addresses without http://', env: { HTTPS_PROXY: 'a:1', HTTP_PROXY: 'b:2', NO_PROXY: 'c' } },
])('proxies are read from variables in $name', ({ env }) => {
  expect(proxiesOf(env)).toEqual({ https_proxy: 'http://a:1', http_proxy: 'http://b:2', no_proxy: 'c' })
})

test('no proxy is used without those variables', () => {
  expect(Object.values(proxiesOf({ PATH: '/bin' })).filter(Boolean)).toEqual([])
})

test('a connection is known to be open from then on, and only one of these agents', async () => {
  const server = createServer((_, response) => response.end())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const began = Date.now()
  const use = async (agent?: Agent) => {
    const sent = request({ port, host: '127.0.0.1', agent }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    await once(response.resume(), 'end')
    return openSince(sent.socket)
  }
  const { httpAgent } = connections()
  const [first, again, other] = [await use(httpAgent), await use(httpAgent), await use()]
  expect(first).toBeGreaterThanOrEqual(began)
  expect(again).toBe(first)
  expect(other).toBeUndefined()
  httpAgent.destroy()
  server.close()
})
