import { isObject } from '../common/is-object.js'

export type Config = Readonly<Record<string, unknown>>

export interface Migration {
  /** In the current shape, if there are credentials to migrate; without the blank values of a form. */
  config: Config
  /** Whether the input had an older shape. */
  changed: boolean
}

/** Optional fields of `credentials`. Blank values of the others stay, because their error message differs. */
const OPTIONAL = new Set(['access_token', 'token_expiry_date', 'api_domain'])

/** The names of Pipedrive's plans before 2025, which earlier forms offered too. */
const FORMER_PLANS: Readonly<Record<string, string>> = {
  essential: 'lite',
  advanced: 'growth',
  power: 'premium',
  enterprise: 'ultimate',
}

/**
 * The config in the current shape, with `credentials` and today's name of the plan. Airbyte's own source had an API
 * token at the top level (2.x and 3.x), and earlier a token or an OAuth app in `authorization`. Of several, the newest
 * is used. The input is not changed.
 */
export function migrateConfig(input: Config): Migration {
  const blankless = withoutBlanks(input)
  const plan = todaysPlan(blankless.plan)
  const signIn = migrateCredentials(plan === undefined ? blankless : { ...blankless, plan })
  return { ...signIn, changed: signIn.changed || plan !== undefined }
}

/** Undefined if it has that name already. */
function todaysPlan(plan: unknown): string | undefined {
  return typeof plan === 'string' && Object.hasOwn(FORMER_PLANS, plan) ? FORMER_PLANS[plan] : undefined
}

function migrateCredentials(config: Config): Migration {
  const { api_token: flatToken, authorization, ...rest } = config
  if (config.credentials !== undefined) return { config, changed: false }
  const credentials = tokenIn(flatToken) ?? appIn(authorization) ?? nestedTokenIn(authorization)
  return credentials ? { config: { ...rest, credentials }, changed: true } : { config, changed: false }
}

function tokenIn(token: unknown): Config | undefined {
  return isText(token) ? { auth_type: 'api_token', api_token: token } : undefined
}

function nestedTokenIn(authorization: unknown): Config | undefined {
  return isObject(authorization) ? tokenIn(authorization.api_token) : undefined
}

/** `auth_type` was "Client" for OAuth and "Token" for a token. If it is missing, the fields decide. */
function appIn(authorization: unknown): Config | undefined {
  if (!isObject(authorization)) return undefined
  const { auth_type: type, api_token: token, ...app } = authorization
  const isApp = type === 'Client' || (type !== 'Token' && !isText(token) && isText(app.refresh_token))
  return isApp ? { auth_type: 'oauth2.0', ...withoutBlanks(app) } : undefined
}

/** Without the values that a form sends for empty fields. */
function withoutBlanks(object: Config): Config {
  const inner = Object.entries(object).map(([key, value]): [string, unknown] => {
    if (!isObject(value)) return [key, value]
    if (key === 'start_dates') return [key, withoutBlanks(value)]
    return [key, key === 'credentials' ? withoutBlankOptions(value) : value]
  })
  return Object.fromEntries(inner.filter(([key, value]) => !isBlank(value) && !isEmptyChoice(key, value)))
}

function withoutBlankOptions(credentials: Config): Config {
  return Object.fromEntries(
    Object.entries(credentials).filter(([key, value]) => !OPTIONAL.has(key) || !isBlank(value)),
  )
}

function isBlank(value: unknown): boolean {
  return value === null || value === ''
}

function isEmptyChoice(key: string, value: unknown): boolean {
  return key === 'credentials' && isObject(value) && Object.keys(value).length === 0
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
