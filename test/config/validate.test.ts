import { describe, expect, test } from '@jest/globals'
import { configProblems } from '../../src/config/validate.js'

const credentials = { auth_type: 'api_token', api_token: 'token' }
const app = { auth_type: 'oauth2.0', client_id: 'id', client_secret: 'secret', refresh_token: 'refresh' }
const with_ = (more: object) => ({ credentials, ...more })

describe('a config is valid', () => {
  test.each([
    { name: 'with credentials alone', config: { credentials } },
    { name: 'with an OAuth app', config: { credentials: app } },
    {
      name: 'with an OAuth app and its stored tokens',
      config: {
        credentials: {
          ...app,
          access_token: 'access',
          token_expiry_date: 'whenever',
          api_domain: 'https://company.pipedrive.com',
        },
      },
    },
    { name: 'with fields of other versions', config: with_({ new_option: { a: 1 } }) },
    {
      name: 'with fields of other versions in credentials',
      config: { credentials: { ...credentials, x: 1 } },
    },
    {
      name: 'with every field',
      config: with_({
        replication_start_date: '2024-01-01T00:00:00Z',
        lookback_minutes: 0,
        plan: 'ultimate',
        base_url: 'http://localhost:8080/pipedrive',
      }),
    },
    { name: 'with the longest lookback', config: with_({ lookback_minutes: 1440 }) },
    {
      name: 'with a date without a time as the start date',
      config: with_({ replication_start_date: '2024-01-01' }),
    },
  ])('$name', ({ config }) => {
    expect(configProblems(config)).toEqual([])
  })
})

const PLANS = 'auto, lite, growth, professional, premium, ultimate'

describe('a config is invalid, with one sentence per problem, if it has', () => {
  test.each([
    { name: 'the form of a list', config: [], problems: ['The config must be object'] },
    { name: 'no credentials', config: {}, problems: ['credentials is missing'] },
    {
      name: 'credentials that are a text',
      config: { credentials: 'x' },
      problems: ['credentials must be object'],
    },
    {
      name: 'empty credentials',
      config: { credentials: {} },
      problems: ['credentials.auth_type must be "oauth2.0" or "api_token"'],
    },
    {
      name: 'no token',
      config: { credentials: { auth_type: 'api_token' } },
      problems: ['credentials.api_token is missing'],
    },
    {
      name: 'an empty token',
      config: { credentials: { auth_type: 'api_token', api_token: '' } },
      problems: ['credentials.api_token is empty'],
    },
    {
      name: 'a token that is a number',
      config: { credentials: { auth_type: 'api_token', api_token: 5 } },
      problems: ['credentials.api_token must be string'],
    },
    {
      name: 'no authentication type',
      config: { credentials: { api_token: 'token' } },
      problems: ['credentials.auth_type must be "oauth2.0" or "api_token"'],
    },
    {
      name: 'an unknown authentication type, whatever its fields',
      config: { credentials: { auth_type: 'Client', client_id: 'x' } },
      problems: ['credentials.auth_type must be "oauth2.0" or "api_token"'],
    },
    {
      name: 'an incomplete OAuth app',
      config: { credentials: { auth_type: 'oauth2.0', client_id: 'id' } },
      problems: ['credentials.client_secret is missing', 'credentials.refresh_token is missing'],
    },
    {
      name: 'an OAuth app with an empty and a wrong field',
      config: { credentials: { ...app, client_secret: '', api_domain: 5 } },
      problems: ['credentials.client_secret is empty', 'credentials.api_domain must be string'],
    },
    {
      name: 'a plan that does not exist',
      config: with_({ plan: 'gold' }),
      problems: [`plan must be one of ${PLANS}`],
    },
    {
      name: 'a negative lookback',
      config: with_({ lookback_minutes: -1 }),
      problems: ['lookback_minutes must be >= 0'],
    },
    {
      name: 'a lookback that is too long',
      config: with_({ lookback_minutes: 1441 }),
      problems: ['lookback_minutes must be <= 1440'],
    },
    {
      name: 'a lookback with a fraction',
      config: with_({ lookback_minutes: 0.5 }),
      problems: ['lookback_minutes must be integer'],
    },
    {
      name: 'a lookback that is a text',
      config: with_({ lookback_minutes: '5' }),
      problems: ['lookback_minutes must be integer'],
    },
    {
      name: 'a start date that is a number',
      config: with_({ replication_start_date: 20240101 }),
      problems: ['replication_start_date must be string'],
    },
    {
      name: 'several problems',
      config: with_({ plan: 'gold', lookback_minutes: -1 }),
      problems: [`plan must be one of ${PLANS}`, 'lookback_minutes must be >= 0'],
    },
  ])('$name', ({ config, problems }) => {
    expect(configProblems(config)).toEqual(problems)
  })

  test.each([
    { name: 'a start date of words', field: 'replication_start_date', value: 'last week' },
    { name: 'an empty start date', field: 'replication_start_date', value: '' },
    { name: 'a base URL of another protocol', field: 'base_url', value: 'ftp://localhost' },
    { name: 'a base URL with a query', field: 'base_url', value: 'https://localhost/?a=b' },
    { name: 'a base URL without a host', field: 'base_url', value: 'https:///x' },
  ])('$name', ({ field, value }) => {
    expect(configProblems(with_({ [field]: value }))).toEqual([
      expect.stringContaining(`${field} must have the form`),
    ])
  })

  test('a value of another form, in the words of the pattern’s descriptor', () => {
    expect(configProblems(with_({ replication_start_date: 'last week' }))).toEqual([
      'replication_start_date must have the form YYYY-MM-DD or YYYY-MM-DDTHH:mm:ssZ',
    ])
  })
})
