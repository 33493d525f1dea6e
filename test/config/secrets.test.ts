import { describe, expect, test } from '@jest/globals'
import { secretsIn, secretsInProxies } from '../../src/config/secrets.js'

describe('the secrets of a config are', () => {
  test.each<{ name: string; config: unknown; secrets: string[] }>([
    {
      name: 'an API token',
      config: { credentials: { auth_type: 'api_token', api_token: 'a' } },
      secrets: ['a'],
    },
    { name: 'an API token at the top level', config: { api_token: 'a' }, secrets: ['a'] },
    { name: 'an API token in authorization', config: { authorization: { api_token: 'a' } }, secrets: ['a'] },
    {
      name: 'all fields of an OAuth app, and the content of a Basic header',
      config: {
        authorization: { client_id: 'i', client_secret: 's', refresh_token: 'r', access_token: 'a' },
      },
      secrets: ['i', 's', 'r', 'a', 'i:s'],
    },
    { name: 'a token with and without its blanks', config: { api_token: ' a\n' }, secrets: [' a\n', 'a'] },
    { name: 'a token that is a number', config: { api_token: 123 }, secrets: ['123'] },
    { name: 'those in a config that is invalid', config: [{ x: [{ api_token: 'a' }] }], secrets: ['a'] },
    { name: 'not other fields', config: { plan: 'lite', api_domain: 'x', api_token: null }, secrets: [] },
    { name: 'not a text', config: 'api_token', secrets: [] },
  ])('$name', ({ config, secrets }) => {
    expect([...new Set(secretsIn(config))]).toEqual(secrets)
  })
})

describe('the secrets of proxies are', () => {
  test.each<{ name: string; env: Record<string, string>; secrets: string[] }>([
    {
      name: 'the password, alone and with the user name',
      env: { HTTPS_PROXY: 'http://me:secret@proxy:3128' },
      secrets: ['me:secret', 'secret'],
    },
    {
      name: 'the same as written and decoded',
      env: { https_proxy: 'http://me:a%40b@proxy' },
      secrets: ['me:a%40b', 'me:a@b', 'a%40b', 'a@b'],
    },
    {
      name: 'those of an invalid address',
      env: { http_proxy: 'me:100%/@x@proxy:port' },
      secrets: ['me:100%/@x', '100%/@x'],
    },
    {
      name: 'a token instead of a user name and password',
      env: { ALL_PROXY: 'http://token@proxy' },
      secrets: ['token'],
    },
    {
      name: 'not those of an address without a user',
      env: { HTTPS_PROXY: 'http://proxy:3128' },
      secrets: [],
    },
    { name: 'not those in other variables', env: { MAIL: 'http://me:secret@host' }, secrets: [] },
  ])('$name', ({ env, secrets }) => {
    expect([...new Set(secretsInProxies(env))]).toEqual(secrets)
  })
})
