import { configError } from '../airbyte/errors.js'
import { isObject } from '../common/is-object.js'
import { SECRET_FIELDS } from './secrets.js'

/** A setting that consists of one reference. A secret may have the characters of one among others. */
const REFERENCE = /^\s*\$\{([^{}]*)\}\s*$/

/** On a platform, people who edit a source must not read the other variables of the process. */
const PREFIX = 'PIPEDRIVE_'

/**
 * The config with `${PIPEDRIVE_NAME}` replaced by the variable of the environment, in settings that spec.json marks as
 * secret; all else stays as it is. Throws a config error that names another variable, or one that is not set.
 */
export function withVariables(value: unknown, env: Readonly<Record<string, string | undefined>>): unknown {
  if (Array.isArray(value)) return value.map((item) => withVariables(item, env))
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    SECRET_FIELDS.has(key) && typeof inner === 'string'
      ? resolved(key, inner, env)
      : withVariables(inner, env),
  ])
  return Object.fromEntries(entries)
}

function resolved(key: string, text: string, env: Readonly<Record<string, string | undefined>>): string {
  const name = REFERENCE.exec(text)?.[1]?.trim()
  if (name === undefined) return text
  if (!/^\w+$/.test(name) || !name.startsWith(PREFIX))
    throw configError(
      `The config's ${key} refers to a variable of the environment that it may not read. The names of such variables begin with ${PREFIX}.`,
    )
  const found = env[name] ?? ''
  if (found.trim() === '')
    throw configError(
      `The config's ${key} refers to the environment variable ${name}, which is not set. Set it where the connector runs; in Docker, pass -e ${name}.`,
    )
  return found
}
