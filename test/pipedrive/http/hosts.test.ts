import { describe, expect, test } from '@jest/globals'
import { mayReceiveTokens, tokenUrl, urlOf } from '../../../src/pipedrive/http/hosts.js'

describe('the URL of a path with an API token', () => {
  test.each([
    {
      name: 'under /api/v2 of the shared host',
      api: 'v2',
      base: undefined,
      url: 'https://api.pipedrive.com/api/v2/deals',
    },
    {
      name: 'under /v1 of the shared host, not /api/v1',
      api: 'v1',
      base: undefined,
      url: 'https://api.pipedrive.com/v1/deals',
    },
    {
      name: 'on a simulator',
      api: 'v2',
      base: 'http://localhost:8080',
      url: 'http://localhost:8080/api/v2/deals',
    },
    { name: 'below the path of a simulator', api: 'v1', base: 'http://sim/x', url: 'http://sim/x/v1/deals' },
  ] as const)('with an API token a $api path is $name', ({ api, base, url }) => {
    expect(urlOf(api, '/deals', { baseUrl: base })).toBe(url)
    expect(mayReceiveTokens(url, base)).toBe(true)
  })
})

describe('the URL of a path with OAuth', () => {
  const companyUrl = 'https://company.pipedrive.com'

  test.each([
    {
      name: 'under /api/v2 of the company’s host',
      api: 'v2',
      base: undefined,
      url: `${companyUrl}/api/v2/deals`,
    },
    {
      name: 'under /api/v1 of the company’s host, not /v1',
      api: 'v1',
      base: undefined,
      url: `${companyUrl}/api/v1/deals`,
    },
    { name: 'on a simulator if there is one', api: 'v1', base: 'http://sim/x', url: 'http://sim/x/v1/deals' },
  ] as const)('with OAuth a $api path is $name', ({ api, base, url }) => {
    expect(urlOf(api, '/deals', { baseUrl: base, companyUrl })).toBe(url)
    expect(mayReceiveTokens(url, base)).toBe(true)
  })
})

describe('the token endpoint', () => {
  test.each([
    { name: 'at Pipedrive', base: undefined, url: 'https://oauth.pipedrive.com/oauth/token' },
    { name: 'at a simulator', base: 'http://sim/x', url: 'http://sim/x/oauth/token' },
  ])(
    'the token endpoint $name has no slash at the end, where the POST would become a GET',
    ({ base, url }) => {
      expect(tokenUrl(base)).toBe(url)
      expect(mayReceiveTokens(url, base)).toBe(true)
    },
  )
})

describe('allowed hosts', () => {
  test.each([
    'https://api.pipedrive.com/v1/users',
    'https://pipedrive.com/v1/users',
    'https://company.pipedrive.com/api/v2/deals?limit=500',
    'https://API.PIPEDRIVE.COM/v1/users',
    'https://api.pipedrive.com:443/v1/users',
  ])('%s may receive tokens', (url) => {
    expect(mayReceiveTokens(url, undefined)).toBe(true)
  })
})

describe('forbidden hosts', () => {
  test.each([
    'http://api.pipedrive.com/v1/users',
    'ftp://api.pipedrive.com/v1/users',
    'ws://api.pipedrive.com/v1/users',
    'https://pipedrive.com.evil.com/v1/users',
    'https://evilpipedrive.com/v1/users',
    'https://evil.com/pipedrive.com',
    'https://evil.com/?host=.pipedrive.com',
    'https://evil.com/#.pipedrive.com',
    'https://api.pipedrive.com@evil.com/v1/users',
    'https://evil.com\\.pipedrive.com/v1/users',
    'https://pipedrive.co/v1/users',
    'https://pipedrive.com.',
    'https://api-pipedrive.com/v1/users',
    'https://127.0.0.1/v1/users',
    'https://localhost/v1/users',
    'file:///etc/passwd',
  ])('%s may not receive tokens', (url) => {
    expect(mayReceiveTokens(url, undefined)).toBe(false)
  })

  test.each([
    { name: 'Pipedrive itself', url: 'https://api.pipedrive.com/v1/users' },
    { name: 'another port', url: 'http://localhost:80801/v1/users' },
    { name: 'another host that starts the same', url: 'http://localhost:8080.evil.com/v1/users' },
    { name: 'a host behind a user name', url: 'http://localhost:8080@evil.com/v1/users' },
    { name: 'another protocol', url: 'https://localhost:8080/v1/users' },
  ])('with a simulator configured, $name may not receive tokens', ({ url }) => {
    expect(mayReceiveTokens(url, 'http://localhost:8080')).toBe(false)
  })
})
