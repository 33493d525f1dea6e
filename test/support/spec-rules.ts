import { Ajv } from 'ajv'

/** A form, or a field of one, as JSON Schema. Loosely typed, as the rules are also tested with invalid forms. */
export interface Field {
  [keyword: string]: unknown
  properties?: Record<string, Field>
  oneOf?: Field[]
  items?: Field
}

export interface Spec {
  connectionSpecification: Field
  advanced_auth?: AdvancedAuth
  [key: string]: unknown
}

interface AdvancedAuth {
  auth_flow_type?: string
  predicate_key?: string[]
  predicate_value?: string
  oauth_config_specification?: Record<string, Field>
}

interface Place {
  /** Names of properties, `[0]` for an option of a oneOf, `[]` for the items of a list. */
  path: string
  field: Field
  /** Undefined for the whole form. */
  name?: string
  depth: number
}

/** The places that break a rule; empty if none does. */
export type Rule = (spec: Spec) => string[]

const ajv = new Ajv({ strict: false, validateFormats: false })

function places(field: Field, here: Place = { path: '', field, depth: 0 }): Place[] {
  const { path, depth } = here
  const inner = Object.entries(field.properties ?? {}).map(([name, property]) => ({
    ...{ path: `${path}/${name}`, field: property, name, depth: depth + 1 },
  }))
  const options = (field.oneOf ?? []).map((option, at) => ({
    ...{ path: `${path}[${at}]`, field: option, depth },
  }))
  const items = field.items ? [{ path: `${path}[]`, field: field.items, depth: depth + 1 }] : []
  return [here, ...[...inner, ...options, ...items].flatMap((place) => places(place.field, place))]
}

/** A rule for every place of the form. */
function everywhere(breaks: (place: Place) => boolean): Rule {
  return ({ connectionSpecification }) =>
    places(connectionSpecification)
      .filter(breaks)
      .map(({ path }) => path || '/')
}

const isConstant = ({ field }: Place) => field.const !== undefined
const isOption = ({ path }: Place) => path.endsWith(']') && !path.endsWith('[]')
const isFilledIn = (place: Place) => place.name !== undefined && !isConstant(place)
const repeats = (values: readonly unknown[]) => new Set(values).size < values.length
const fieldsOf = (field: Field) => Object.values(field.properties ?? {})

const SECRET = new RegExp(
  `^(${[
    ...['access_token', 'api_token', 'token', 'client_token', 'client_secret', 'secret', 'password', 'key'],
    ...['refresh_token', 'jwt', 'certificate', 'app_id', 'appid', 'tenant_id', 'service_account'],
    ...['service_account_info', 'credentials'],
  ].join('|')})$`,
)
const FORBIDDEN = [
  ...['not', 'anyOf', 'patternProperties', 'prefixItems', 'allOf', 'if', 'then', 'else'],
  ...['dependentSchemas', 'dependentRequired', '$ref'],
]
const HOLDS_TEXT = ['string', 'number', 'integer']

const typesOf = ({ type }: Field): unknown[] => [type].flat()

/** The field at a path, in any option of a oneOf. */
function find(field: Field, [name, ...rest]: readonly string[]): Field[] {
  if (name === undefined) return [field]
  const own = field.properties?.[name]
  const found = own ? find(own, rest) : []
  return [...found, ...(field.oneOf ?? []).flatMap((option) => find(option, [name, ...rest]))]
}

function constantsOf(option: Field): [string, unknown][] {
  return Object.entries(option.properties ?? {}).flatMap(([name, { const: value }]) =>
    value === undefined ? [] : [[name, value]],
  )
}

/** The values of the constant that all options have; undefined if they have none in common. */
function discriminator(options: readonly Field[]): unknown[] | undefined {
  const [[name] = [], ...others] = constantsOf(options[0] ?? {})
  const values = options.map((option) => option.properties?.[name ?? '']?.const)
  const one = others.length === 0 && options.every((option) => constantsOf(option).length === 1)
  return one && !values.includes(undefined) ? values : undefined
}

const pathsIn = (outputs: Field | undefined) =>
  fieldsOf(outputs ?? {}).map((field) => field.path_in_connector_config)

const oauth = ({ advanced_auth: auth }: Spec) => auth?.oauth_config_specification ?? {}
const connectorInput = (spec: Spec) => oauth(spec).oauth_connector_input_specification ?? {}

const INPUT_KEYS = [
  ...['consent_url', 'access_token_url', 'scope', 'access_token_headers', 'access_token_params'],
  ...['extract_output', 'state', 'client_id_key', 'client_secret_key', 'scope_key', 'state_key'],
  ...['auth_code_key', 'redirect_uri_key', 'token_expiry_key'],
]
const AUTH_KEYS = ['auth_flow_type', 'predicate_key', 'predicate_value', 'oauth_config_specification']
const OAUTH_KEYS = [
  'oauth_user_input_from_connector_config_specification',
  'oauth_connector_input_specification',
  'complete_oauth_output_specification',
  'complete_oauth_server_input_specification',
  'complete_oauth_server_output_specification',
]
const SPEC_KEYS = [
  'documentationUrl',
  'changelogUrl',
  'connectionSpecification',
  'advanced_auth',
  'protocol_version',
]

/** The variables that templates may use; the platform silently replaces any other by nothing. */
const VARIABLE = /^(client_id|client_secret|redirect_uri|scope|state|auth_code)_(key|value|param)$/

const unknownKeys = (object: object, known: readonly string[]) =>
  Object.keys(object).filter((key) => !known.includes(key))

const strings = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(strings)
    : [value].filter((text) => typeof text === 'string')

function variables(template: string): string[] {
  const expressions = [...template.matchAll(/\{\{(.*?)\}\}/g)].map(([, expression = '']) => expression)
  // Without quoted texts and filters.
  return expressions.flatMap((text) => text.replace(/'[^']*'|\|\s*\w+/g, '').match(/[a-z]\w*/g) ?? [])
}

/** The requirements of Airbyte's form, OAuth flow and acceptance tests on a spec, and a few of our own. */
export const rules = {
  'the form is an object that names its draft and its title': ({ connectionSpecification: form }) =>
    form.type === 'object' && String(form.$schema).includes('draft-07') && typeof form.title === 'string'
      ? []
      : ['/'],

  'the message has only keys of the protocol': (spec) => [
    ...unknownKeys(spec, SPEC_KEYS),
    ...unknownKeys(spec.advanced_auth ?? {}, AUTH_KEYS),
    ...unknownKeys(oauth(spec), OAUTH_KEYS),
    ...unknownKeys(connectorInput(spec), INPUT_KEYS),
  ],

  'every field has a title and a description': everywhere(
    (place) => isFilledIn(place) && !(place.field.title && place.field.description),
  ),

  'every option has a title and fields': everywhere(
    (place) => isOption(place) && !(place.field.title && place.field.properties),
  ),

  'every field has an order that differs from its siblings': everywhere(({ field }) => {
    const orders = fieldsOf(field).map(({ order }) => order)
    return orders.includes(undefined) || repeats(orders)
  }),

  'every field has one type': everywhere(({ field, path }) => {
    const [type, other] = typesOf(field)
    return path !== '' && (typeof type !== 'string' || (Array.isArray(field.type) && other !== 'null'))
  }),

  'every field with the name of a secret is marked as a secret': everywhere(
    (place) =>
      SECRET.test(place.name ?? '') &&
      !isConstant(place) &&
      HOLDS_TEXT.includes(String(typesOf(place.field)[0])) &&
      place.field.airbyte_secret !== true,
  ),

  'only fields of text are marked as a secret': everywhere(
    (place) =>
      place.field.airbyte_secret !== undefined &&
      (isConstant(place) || !HOLDS_TEXT.includes(String(typesOf(place.field)[0]))),
  ),

  'every keyword is supported by the form': everywhere(({ field }) =>
    FORBIDDEN.some((keyword) => keyword in field),
  ),

  'every object allows fields of other versions': everywhere(
    ({ field }) => field.additionalProperties === false,
  ),

  'every object has fields': everywhere(
    ({ field }) =>
      typesOf(field).includes('object') && !field.oneOf && Object.keys(field.properties ?? {}).length === 0,
  ),

  'every list has a type of items': everywhere(({ field }) => {
    if (!typesOf(field).includes('array')) return false
    return !['object', ...HOLDS_TEXT].includes(String(field.items?.type)) && !field.items?.enum
  }),

  'no value is listed twice': everywhere(({ field }) => Array.isArray(field.enum) && repeats(field.enum)),

  'every choice is between objects': everywhere(
    ({ field }) => field.oneOf !== undefined && field.type !== 'object',
  ),

  'every option of a choice has its own value of the same constant': everywhere(({ field }) => {
    const values = field.oneOf && discriminator(field.oneOf)
    return field.oneOf !== undefined && (!values || repeats(values))
  }),

  'a constant has no other default or value': everywhere(
    ({ field }) =>
      field.const !== undefined &&
      ((field.default ?? field.const) !== field.const ||
        (Array.isArray(field.enum) && (field.enum.length !== 1 || field.enum[0] !== field.const))),
  ),

  'only a choice has a display type': everywhere(
    ({ field }) =>
      field.display_type !== undefined &&
      !(field.oneOf && ['dropdown', 'radio'].includes(field.display_type as string)),
  ),

  'every top-level field is in an existing group, and no other field is in a group': (spec) => {
    const groups = [spec.connectionSpecification.groups ?? []]
      .flat()
      .map((group) => (group as { id: string }).id)
    const strays = everywhere(({ field, depth, path }) =>
      depth === 1 && !path.endsWith(']') ? !groups.includes(String(field.group)) : field.group !== undefined,
    )
    return [...strays(spec), ...(repeats(groups) ? ['groups'] : [])]
  },

  'every pattern has a descriptor': everywhere(
    ({ field }) => field.pattern !== undefined && typeof field.pattern_descriptor !== 'string',
  ),

  'every default and example is valid': everywhere(({ field }) => {
    const samples = [field.default, ...[field.examples ?? []].flat()].filter((value) => value !== undefined)
    return samples.some((sample) => !ajv.validate(field, sample))
  }),

  'every required field exists': everywhere(({ field }) =>
    ([field.required ?? []].flat() as string[]).some((name) => !(name in (field.properties ?? {}))),
  ),

  'no field is required but the one into which older configs are migrated': ({ connectionSpecification }) =>
    [connectionSpecification.required ?? []]
      .flat()
      .map(String)
      .filter((name) => name !== 'credentials'),

  'no secret has a default': everywhere(
    ({ field }) => field.airbyte_secret === true && field.default !== undefined,
  ),

  'the form has every field that the OAuth flow reads or writes': (spec) => {
    const { advanced_auth: auth, connectionSpecification: form } = spec
    const named = [
      ...(auth?.predicate_key ? [auth.predicate_key] : []),
      ...pathsIn(oauth(spec).complete_oauth_output_specification),
      ...pathsIn(oauth(spec).complete_oauth_server_output_specification),
      ...pathsIn(oauth(spec).oauth_user_input_from_connector_config_specification),
    ]
    return named
      .filter((path) => !Array.isArray(path) || find(form, path as string[]).length === 0)
      .map((path) => [path].flat().join('.'))
  },

  'OAuth is the first option and named by its constant': ({
    advanced_auth: auth,
    connectionSpecification: form,
  }) => {
    if (!auth?.predicate_key) return []
    const [first] = find(form, auth.predicate_key)
    return first?.const === auth.predicate_value ? [] : [auth.predicate_key.join('.')]
  },

  'the OAuth flow is described completely, so that the platform needs no code for this connector': (spec) => {
    if (!spec.advanced_auth) return []
    const { consent_url: consent, access_token_url: token } = connectorInput(spec)
    const complete = OAUTH_KEYS.slice(2).every((key) => fieldsOf(oauth(spec)[key] ?? {}).length > 0)
    return [
      ...(spec.advanced_auth.auth_flow_type === 'oauth2.0' ? [] : ['auth_flow_type']),
      ...[consent, token]
        .filter((url) => !/^https:\/\/[^/]+\/[^?]*[^/?](\?|$)/.test(String(url)))
        .map(String),
      ...(complete ? [] : ['oauth_config_specification']),
    ]
  },

  'templates use only variables of the platform': (spec) =>
    strings(connectorInput(spec))
      .flatMap(variables)
      .filter((name) => !VARIABLE.test(name)),

  'every output of the OAuth flow is extracted from the response': (spec) => {
    const extracted = [connectorInput(spec).extract_output ?? []].flat().map(String)
    const outputs = oauth(spec).complete_oauth_output_specification?.properties ?? {}
    const origin = (name: string) => (name === 'token_expiry_date' ? 'expires_in' : name)
    return Object.keys(outputs).filter((name) => !extracted.includes(origin(name)))
  },

  'the server adds exactly the app fields that it stores to the config': (spec) => {
    const names = (key: string) => Object.keys(oauth(spec)[key]?.properties ?? {})
    const known = names('complete_oauth_server_input_specification')
    return names('complete_oauth_server_output_specification').filter((name) => !known.includes(name))
  },
} satisfies Record<string, Rule>

export type RuleName = keyof typeof rules
