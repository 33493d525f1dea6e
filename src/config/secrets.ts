import spec from '../../spec.json' with { type: 'json' }
import { isObject } from '../common/is-object.js'

/** The names that spec.json marks as secret, at any depth. */
export const SECRET_FIELDS: ReadonlySet<string> = new Set(secretFields(spec.connectionSpecification))

/** Every secret of a config of any shape, valid or not. */
export function secretsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(secretsIn)
  if (!isObject(value)) return []
  const own = Object.entries(value).flatMap(([key, inner]) =>
    SECRET_FIELDS.has(key) && isScalar(inner) ? [String(inner), String(inner).trim()] : secretsIn(inner),
  )
  return [...own, ...basicPair(value)]
}

/** The content of a Basic header. Masked as a whole, so that no end of its base64 form remains. */
function basicPair({ client_id: id, client_secret: secret }: Record<string, unknown>): string[] {
  return typeof id === 'string' && typeof secret === 'string' ? [`${id.trim()}:${secret.trim()}`] : []
}

/** User names and passwords in the proxy variables of the environment, as written and decoded. */
export function secretsInProxies(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, address = '']) => {
    const [, user] = /^(?:\w+:\/\/)?(.+)@/.exec(address) ?? []
    if (user === undefined || !/_proxy$/i.test(name)) return []
    const password = user.slice(user.indexOf(':') + 1)
    return [user, password].flatMap((secret) => [secret, decoded(secret)])
  })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function secretFields(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(secretFields)
  if (!isObject(schema)) return []
  return Object.entries(schema).flatMap(([name, inner]) =>
    isObject(inner) && inner.airbyte_secret === true ? [name] : secretFields(inner),
  )
}
