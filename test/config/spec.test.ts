import { describe, expect, test } from '@jest/globals'
import spec from '../../spec.json' with { type: 'json' }
import { migrateConfig } from '../../src/config/migrate.js'
import { timeOrNull } from '../../src/common/time.js'
import { configProblems } from '../../src/config/validate.js'
import { rules, type Field, type RuleName, type Spec } from '../support/spec-rules.js'

const names = Object.keys(rules) as RuleName[]
const violations = (rule: RuleName, of: Spec) => rules[rule](of)

describe('in spec.json', () => {
  test.each(names.map((name) => ({ name })))('$name', ({ name }) => {
    expect(violations(name, spec as unknown as Spec)).toEqual([])
  })
})

/** A valid form; each variant below breaks one rule. */
const field = (more: Field = {}): Field => ({
  title: 'A',
  description: 'B',
  type: 'string',
  order: 0,
  ...more,
})
const option = (type: string, more: Field['properties'] = {}): Field => ({
  title: type,
  type: 'object',
  properties: { auth_type: { type: 'string', const: type, order: 0 }, ...more },
})
const formOf = (properties: Record<string, Field>, more: Field = {}): Spec => ({
  connectionSpecification: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Form',
    type: 'object',
    groups: [{ id: 'g' }],
    properties,
    ...more,
  },
})
const form = (more: Field): Spec => formOf({ a: field({ group: 'g', ...more }) })
const choice = (...oneOf: Field[]): Spec => form({ type: 'object', oneOf })
const nested = (properties: Record<string, Field>): Spec => form({ type: 'object', properties })

const credentials = field({
  type: 'object',
  group: 'g',
  oneOf: [
    option('oauth2.0', { token: field({ order: 1, airbyte_secret: true }) }),
    option('api_token', { key: field({ order: 1, airbyte_secret: true }) }),
  ],
})
const output = (path: string[]): Field => ({
  properties: { token: { type: 'string', path_in_connector_config: path } },
})
const auth = {
  auth_flow_type: 'oauth2.0',
  predicate_key: ['credentials', 'auth_type'],
  predicate_value: 'oauth2.0',
}
const flow = {
  oauth_connector_input_specification: {
    consent_url: 'https://example.org/authorize?{{ client_id_param }}',
    access_token_url: 'https://example.org/token',
    access_token_headers: { Authorization: "Basic {{ (client_id_value ~ ':x ') | b64encode }}" },
    extract_output: ['token'],
  },
  complete_oauth_output_specification: output(['credentials', 'token']),
  complete_oauth_server_input_specification: { properties: { token: { type: 'string' } } },
  complete_oauth_server_output_specification: output(['credentials', 'token']),
} satisfies Record<string, Field>
const oauth = (moreAuth: object = {}, moreFlow: object = {}): Spec => ({
  ...formOf({ credentials }),
  advanced_auth: { ...auth, oauth_config_specification: { ...flow, ...moreFlow }, ...moreAuth },
})
const input = (more: object): Spec =>
  oauth({}, { oauth_connector_input_specification: { ...flow.oauth_connector_input_specification, ...more } })

const invalidForms: Record<RuleName, Record<string, Spec>> = {
  'the form is an object that names its draft and its title': {
    'a list': formOf({}, { type: 'array' }),
    'no draft': formOf({}, { $schema: undefined }),
    'no title': formOf({}, { title: undefined }),
  },
  'the message has only keys of the protocol': {
    'beside the form': { ...oauth(), supportsEverything: true },
    'in advanced_auth': oauth({ predicate: 'x' }),
    'in the flow': oauth({}, { complete_output: {} }),
    'in the flow’s input': input({ token_url: 'x' }),
  },
  'every field has a title and a description': {
    'no title': form({ title: undefined }),
    'no description': nested({ b: field({ description: undefined }) }),
  },
  'every option has a title and fields': {
    'no title': choice({ ...option('x'), title: undefined }),
    'no fields': choice({ title: 'x', type: 'object' }),
  },
  'every field has an order that differs from its siblings': {
    none: form({ order: undefined }),
    'the same': nested({ b: field(), c: field() }),
    'the same in an option': choice(option('x', { b: field() })),
  },
  'every field has one type': {
    none: form({ type: undefined }),
    two: form({ type: ['string', 'integer'] }),
    'null before it': form({ type: ['null', 'string'] }),
  },
  'every field with the name of a secret is marked as a secret': {
    'a token': nested({ api_token: field() }),
    'a number': nested({ password: field({ type: 'integer' }) }),
    'in an option': choice(option('x', { client_secret: field({ order: 1 }) })),
  },
  'only fields of text are marked as a secret': {
    'an object': form({ type: 'object', properties: { b: field() }, airbyte_secret: true }),
    'a constant': form({ const: 'x', airbyte_secret: true }),
  },
  'every keyword is supported by the form': Object.fromEntries(
    ['not', 'anyOf', 'allOf', 'if', 'patternProperties', 'dependentRequired', '$ref'].map((keyword) => [
      keyword,
      nested({ b: field({ [keyword]: {} }) }),
    ]),
  ),
  'every object allows fields of other versions': {
    'the form': formOf({}, { additionalProperties: false }),
    'an option': choice({ ...option('x'), additionalProperties: false }),
  },
  'every object has fields': { 'no fields': form({ type: 'object' }), 'empty fields': nested({}) },
  'every list has a type of items': {
    nothing: form({ type: 'array' }),
    'a list of lists': form({ type: 'array', items: field({ type: 'array' }) }),
    'two kinds': form({ type: 'array', items: [field(), field()] as unknown as Field }),
  },
  'no value is listed twice': { 'the same text': form({ enum: ['a', 'b', 'a'] }) },
  'every choice is between objects': { 'a text': form({ oneOf: [option('x')] }) },
  'every option of a choice has its own value of the same constant': {
    'no constant': choice({ title: 'x', type: 'object', properties: { b: field() } }),
    'no constant in one of them': choice(option('x'), {
      title: 'y',
      type: 'object',
      properties: { b: field() },
    }),
    two: choice(option('x', { other: field({ const: 1, order: 1 }) })),
    'the same value': choice(option('x'), option('x')),
    'another property': choice(option('x'), {
      title: 'y',
      type: 'object',
      properties: { kind: { type: 'string', const: 'y', order: 0 } },
    }),
  },
  'a constant has no other default or value': {
    'a default': form({ const: 'x', default: 'y' }),
    'a value': form({ const: 'x', enum: ['x', 'y'] }),
  },
  'only a choice has a display type': {
    'a text': form({ display_type: 'radio' }),
    'a choice with an unknown type': form({
      type: 'object',
      oneOf: [option('x')],
      display_type: 'tabs',
    }),
  },
  'every top-level field is in an existing group, and no other field is in a group': {
    'a field below': nested({ b: field({ group: 'g' }) }),
    'a field of an option': choice(option('x', { b: field({ order: 1, group: 'g' }) })),
    'an unknown group': form({ group: 'h' }),
    'a field without a group': form({ group: undefined }),
    'a group twice': formOf({}, { groups: [{ id: 'g' }, { id: 'g' }] }),
  },
  'every pattern has a descriptor': { 'no words': form({ pattern: '^a$' }) },
  'every default and example is valid': {
    'a default of another type': form({ default: 5 }),
    'a default out of range': form({ type: 'integer', minimum: 1, default: 0 }),
    'an example of another form': form({ pattern: '^a$', pattern_descriptor: 'a', examples: ['a', 'b'] }),
  },
  'every required field exists': {
    'not in the form': formOf({}, { required: ['b'] }),
    'not in an option': choice({ ...option('x'), required: ['auth_type', 'b'] }),
  },
  'no field is required but the one into which older configs are migrated': {
    'a plan, which older configs lack': formOf({ credentials }, { required: ['credentials', 'plan'] }),
  },
  'no secret has a default': {
    'a default token': form({ airbyte_secret: true, default: 'x' }),
  },
  'the form has every field that the OAuth flow reads or writes': {
    'a predicate elsewhere': oauth({ predicate_key: ['auth', 'type'] }),
    'a token without a field': oauth({}, { complete_oauth_output_specification: output(['token']) }),
    'a token without a path': oauth(
      {},
      { complete_oauth_output_specification: { properties: { token: { type: 'string' } } } },
    ),
    'an app without a field': oauth(
      {},
      { complete_oauth_server_output_specification: output(['credentials', 'id']) },
    ),
    'an input without a field': oauth(
      {},
      { oauth_user_input_from_connector_config_specification: output(['domain']) },
    ),
  },
  'OAuth is the first option and named by its constant': {
    second: oauth({ predicate_value: 'api_token' }),
    'another name': oauth({ predicate_value: 'OAuth' }),
  },
  'the OAuth flow is described completely, so that the platform needs no code for this connector': {
    'no consent page': input({ consent_url: undefined }),
    'no token URL': input({ access_token_url: undefined }),
    'a slash that redirects the request': input({ access_token_url: 'https://example.org/token/' }),
    'a token URL without TLS': input({ access_token_url: 'http://example.org/token' }),
    'another flow': oauth({ auth_flow_type: 'oauth1.0' }),
    'no output': oauth({}, { complete_oauth_output_specification: {} }),
  },
  'templates use only variables of the platform': {
    'in a URL': input({ consent_url: 'https://example.org/authorize?id={{ client }}' }),
    'in a header': input({ access_token_headers: { Authorization: '{{ client_id | b64encode }}' } }),
  },
  'every output of the OAuth flow is extracted from the response': {
    'a token that is not extracted': input({ extract_output: ['refresh_token'] }),
    'an expiry that is not extracted': oauth(
      {},
      { complete_oauth_output_specification: { properties: { token_expiry_date: field() } } },
    ),
  },
  'the server adds exactly the app fields that it stores to the config': {
    'a secret that it does not store': oauth(
      {},
      { complete_oauth_server_input_specification: { properties: {} } },
    ),
  },
}

describe('the rules', () => {
  test.each(names.map((name) => ({ name })))('accept a valid form: $name', ({ name }) => {
    expect(violations(name, form({}))).toEqual([])
    expect(violations(name, oauth())).toEqual([])
  })

  test.each(
    names.flatMap((rule) => Object.entries(invalidForms[rule]).map(([name, form]) => ({ rule, name, form }))),
  )('$rule: a form is refused with $name', ({ rule, form }) => {
    expect(violations(rule, form)).not.toEqual([])
  })
})

const oauthApp = { auth_type: 'oauth2.0', client_id: 'i', client_secret: 's', refresh_token: 'r' }

describe('a config is valid by spec.json if it was made for', () => {
  test.each([
    {
      name: 'an earlier form of this connector, with the former name of a plan',
      config: { credentials: { auth_type: 'api_token', api_token: 't' }, plan: 'enterprise' },
    },
    {
      name: 'this connector with OAuth',
      config: {
        credentials: {
          ...oauthApp,
          access_token: 'a',
          token_expiry_date: '2026-05-01T10:00:00.123456789Z',
          api_domain: 'https://company.pipedrive.com',
        },
      },
    },
    {
      name: 'Airbyte’s 4.1, with OAuth',
      config: {
        credentials: { ...oauthApp, api_domain: 'https://company.pipedrive.com' },
        replication_start_date: '2010-01-01T00:00:00Z',
        num_workers: 3,
      },
    },
    {
      name: 'Airbyte’s 4.1, with a token',
      config: { credentials: { auth_type: 'api_token', api_token: 't' }, num_workers: 10 },
    },
    {
      name: 'Airbyte’s 2.x',
      config: { api_token: 't', replication_start_date: '2017-01-25 00:00:00Z' },
    },
    {
      name: 'Airbyte’s 0.1, with a token',
      config: {
        authorization: { auth_type: 'Token', api_token: 't' },
        replication_start_date: '2017-01-25T00:00:00Z',
      },
    },
    {
      name: 'Airbyte’s 0.1, with OAuth',
      config: {
        authorization: { ...oauthApp, auth_type: 'Client' },
        replication_start_date: '2017-01-25T00:00:00Z',
      },
    },
  ])('$name', ({ config }) => {
    expect(configProblems(migrateConfig(config).config)).toEqual([])
  })
})

describe('a start date that some version of Airbyte’s own source accepts', () => {
  const { pattern } = spec.connectionSpecification.properties.replication_start_date
  test.each([
    '2017-01-25T00:00:00Z',
    '2017-01-25 00:00:00Z',
    '2017-01-25',
    '2017-01-25T00:00',
    '2017-01-25 00:00',
    '2017-01-25T00:00Z',
    '2017-01-25T00:00:00',
    '2017-01-25 00:00:00',
    '2017-01-25T00:00:00.000Z',
    '2017-01-25T00:00:00.000000Z',
    '2017-01-25 00:00:00.5',
    '2017-01-25T02:00:00+02:00',
    '2017-01-25T02:00:00+0200',
    '2017-01-24T20:00:00.0-04:00',
    '2017-01-24 20:00-0400',
  ])('is parsed as the same time: %s', (text) => {
    expect(text).toMatch(new RegExp(pattern))
    const moment = timeOrNull(text) ?? NaN
    expect(Math.floor(moment / 1000) * 1000).toBe(Date.UTC(2017, 0, 25))
  })

  test('is accepted for single streams too', () => {
    const { start_dates } = spec.connectionSpecification.properties
    for (const field of Object.values(start_dates.properties)) expect(field.pattern).toBe(pattern)
  })
})
