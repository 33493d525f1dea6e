import spec from '../../spec.json' with { type: 'json' }
import { isObject } from '../common/is-object.js'
import type { Config } from './migrate.js'

/** A setting that has no effect. */
export interface UnknownKey {
  /** `plam`, `credentials.tokn`. */
  path: string
  key: string
  /** The settings that there are in its place. */
  known: readonly string[]
}

/** Of older configs: with `credentials` beside them, they have no effect, and are no mistake. */
const FORMER = ['api_token', 'authorization']

const { properties } = spec.connectionSpecification

/** The settings of a config in the current shape that spec.json does not have. */
export function unknownKeys(config: Config): UnknownKey[] {
  const { credentials } = config
  return [
    ...unknownIn(config, '', properties).filter(({ key }) => !FORMER.includes(key)),
    ...unknownIn(credentials, 'credentials.', optionOf(credentials)),
  ]
}

function unknownIn(object: unknown, path: string, allowed: object): UnknownKey[] {
  if (!isObject(object)) return []
  const known = Object.keys(allowed)
  const unknown = Object.keys(object).filter((key) => !known.includes(key))
  return unknown.map((key) => ({ path: `${path}${key}`, key, known }))
}

/** The settings of the chosen way to authenticate. */
function optionOf(credentials: unknown): object {
  const type = isObject(credentials) ? credentials.auth_type : undefined
  const options = properties.credentials.oneOf
  return (options.find((option) => option.properties.auth_type.const === type) ?? { properties: {} })
    .properties
}
