import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import spec from '../../spec.json' with { type: 'json' }
import type { Field } from '../support/spec-rules.js'

const form = spec.connectionSpecification
const fields = form.properties as Record<string, Field>
const byOrder = (properties: Record<string, Field>) =>
  Object.entries(properties).sort(([, one], [, other]) => Number(one.order) - Number(other.order))
const shown = (properties: Record<string, Field>) =>
  byOrder(properties).flatMap(([name, { airbyte_hidden, const: constant }]) =>
    airbyte_hidden === true || constant !== undefined ? [] : [name],
  )
const option = (type: string) =>
  fields.credentials?.oneOf?.find(({ properties }) => properties?.auth_type?.const === type)?.properties ?? {}

test('every field of the form is there once in the file, and in the form’s order', () => {
  const text = readFileSync(new URL('../../spec.json', import.meta.url), 'utf8')
  const names = [...text.matchAll(/^ {6}"(\w+)": \{$/gm)].map(([, name]) => name)
  const inOrder = byOrder(fields).map(([name]) => name)
  expect(names.filter((name) => name !== undefined && name in fields)).toEqual(inOrder)
})

test('the form cannot be saved without credentials', () => {
  expect(form.required).toEqual(['credentials'])
})

test('the form asks first for the account, then for what to sync, then for limits', () => {
  expect(form.groups.map(({ title }) => title)).toEqual(['Account', 'What to sync', 'Speed and limits'])
  const inGroup = (group: string) => shown(fields).filter((name) => fields[name]?.group === group)
  expect(inGroup('auth')).toEqual(['credentials', 'plan'])
  expect(inGroup('sync')).toEqual([
    'replication_start_date',
    'start_dates',
    'custom_fields',
    'custom_fields_backfill',
    'mail_bodies',
    'remove_deleted',
    'lookback_minutes',
  ])
  // Groups follow each other in the order of their fields too, where a form has no groups.
  const groups = shown(fields).map((name) => fields[name]?.group)
  expect(groups).toEqual(
    [...groups].sort(
      (a, b) => form.groups.findIndex(({ id }) => id === a) - form.groups.findIndex(({ id }) => id === b),
    ),
  )
})

test('the form asks for the fields that people know, and hides those that the connector fills in', () => {
  expect(shown(option('api_token'))).toEqual(['api_token'])
  expect(shown(option('oauth2.0'))).toEqual(['client_id', 'client_secret', 'refresh_token'])
  expect(Object.keys(option('oauth2.0'))).toEqual(
    expect.arrayContaining(['access_token', 'token_expiry_date', 'api_domain']),
  )
})

test('the form has one entry per plan, and its text has the former names', () => {
  const { enum: plans, description } = form.properties.plan
  expect(plans).toEqual(['auto', 'lite', 'growth', 'professional', 'premium', 'ultimate'])
  for (const former of ['Essential', 'Advanced', 'Power', 'Enterprise'])
    expect(description).toMatch(new RegExp(`\\(formerly ${former}\\)`))
})

const app = {
  client_id: 'id 1',
  client_secret: 'secret',
  redirect_uri: 'https://airbyte/flow',
  auth_code: 'code',
}
const state = 'state.1'

/** Renders a template as the platform does: NAME_value, NAME_param, `~` and b64encode. */
function render(template: string): string {
  const values: Record<string, string> = { ...app, state }
  const value = (word: string) => {
    const [, text, name = '', kind] = /^(?:'(.*)'|(\w+)_(value|param))$/.exec(word.trim()) ?? []
    if (text !== undefined) return text
    const plain = values[name] ?? ''
    return kind === 'value' ? plain : `${name}=${name === 'redirect_uri' ? encodeURIComponent(plain) : plain}`
  }
  return template.replace(/\{\{(.*?)\}\}/g, (_, expression: string) => {
    const [, inner, filter] = /^\s*\(?(.*?)\)?\s*(\| b64encode)?\s*$/.exec(expression) ?? []
    const text = (inner ?? '').split('~').map(value).join('')
    return filter ? Buffer.from(text).toString('base64') : text
  })
}

test('the platform asks for consent, and for the tokens, as Pipedrive documents it', () => {
  const { consent_url, access_token_url, access_token_headers, access_token_params } =
    spec.advanced_auth.oauth_config_specification.oauth_connector_input_specification
  expect(render(consent_url)).toBe(
    'https://oauth.pipedrive.com/oauth/authorize?client_id=id 1&redirect_uri=https%3A%2F%2Fairbyte%2Fflow&state=state.1',
  )
  expect(access_token_url).toBe('https://oauth.pipedrive.com/oauth/token')
  expect(render(access_token_headers.Authorization)).toBe(
    `Basic ${Buffer.from('id 1:secret').toString('base64')}`,
  )
  expect(
    Object.fromEntries(Object.entries(access_token_params).map(([key, text]) => [key, render(text)])),
  ).toEqual({
    grant_type: 'authorization_code',
    code: 'code',
    redirect_uri: app.redirect_uri,
  })
})

test('the platform stores all that a connection by OAuth needs', () => {
  const { complete_oauth_output_specification: tokens, complete_oauth_server_output_specification: server } =
    spec.advanced_auth.oauth_config_specification
  const stored = [tokens, server].flatMap(({ properties }) =>
    Object.values(properties as Record<string, { path_in_connector_config: string[] }>).map(
      ({ path_in_connector_config: path }) => path.join('.'),
    ),
  )
  const fieldsOfOption = Object.keys(option('oauth2.0')).filter((name) => name !== 'auth_type')
  expect(stored.sort()).toEqual(fieldsOfOption.map((name) => `credentials.${name}`).sort())
})
