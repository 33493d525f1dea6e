import { expect, test } from '@jest/globals'
import { proxiesOf } from '../../../src/pipedrive/http/connections.js'

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
