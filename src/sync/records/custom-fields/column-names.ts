import anyAscii from 'any-ascii'
import { SQL_WORDS } from './sql-words.js'

/** PostgreSQL cuts names at 63 bytes, and destinations add up to four of their own. */
const MAX_LENGTH = 59

/** Room for the longest suffix of a further column of a field: `_currency`, `_timezone`. */
const PART_ROOM = 9

/** How much of the key tells fields of one name apart: as little as is unique. */
const KEY_LENGTHS = [0, 6, 8, 12, 20] as const

/** Columns of the platform itself, whose leading underscore some destinations drop. */
const PLATFORM_PREFIX = /^(airbyte|ab_cdc|ab_source)/

export interface NamedField {
  readonly key: string
  /** As people named it. */
  readonly name: string
  /** One per column of the field; empty for its own value. */
  readonly suffixes: readonly string[]
}

/**
 * The name of each field's first column, by key: lower snake case, ASCII, at most 59 bytes with any suffix, unique
 * among all columns and the reserved names, whatever the case. Fields that clash all carry the start of their key.
 * Depends on the set of fields alone, not on their order: a name changes only when a namesake comes or goes.
 */
export function columnNames(
  fields: readonly NamedField[],
  reserved: Iterable<string>,
): ReadonlyMap<string, string> {
  const taken = new Set([...reserved].map((name) => name.toLowerCase()))
  const bases = new Map(fields.map(({ key, name }) => [key, cleanName(name)]))
  const levels = new Map(fields.map(({ key }) => [key, 0]))
  for (;;) {
    const names = new Map(
      fields.map(({ key }) => [key, withKey(bases.get(key) ?? '', key, levels.get(key) ?? 0)]),
    )
    const raised = clashing(fields, names, taken).filter((key) => (levels.get(key) ?? 0) < KEY_LENGTHS.length)
    if (raised.length === 0) return names
    for (const key of raised) levels.set(key, (levels.get(key) ?? 0) + 1)
  }
}

/** The keys of fields that have a column of the same name as another field, or as a built-in one. */
function clashing(
  fields: readonly NamedField[],
  names: ReadonlyMap<string, string>,
  taken: ReadonlySet<string>,
): string[] {
  const owners = new Map<string, Set<string>>()
  for (const { key, suffixes } of fields) {
    for (const suffix of suffixes) {
      const column = `${names.get(key) ?? ''}${suffix}`
      owners.set(column, (owners.get(column) ?? new Set()).add(key))
    }
  }
  const shared = [...owners].filter(([column, keys]) => keys.size > 1 || taken.has(column))
  return [...new Set(shared.flatMap(([, keys]) => [...keys]))]
}

function withKey(base: string, key: string, level: number): string {
  const length = KEY_LENGTHS[level]
  // All else failed: only the key is certain to be unique.
  if (length === undefined) return `field_${key}`
  if (length === 0) return cut(base, MAX_LENGTH - PART_ROOM)
  const suffix = `_${key.slice(0, length)}`
  return `${cut(base, MAX_LENGTH - PART_ROOM - suffix.length)}${suffix}`
}

function cut(base: string, length: number): string {
  return base.slice(0, length).replace(/_+$/, '')
}

/** A name that starts with a letter and needs no quotes in SQL. */
export function cleanName(name: string): string {
  const words = anyAscii(name)
    .toLowerCase()
    .replace(/['`]/g, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
  if (words === '') return 'field'
  if (/^\d/.test(words) || PLATFORM_PREFIX.test(words)) return `field_${words}`
  return SQL_WORDS.has(words) ? `${words}_field` : words
}
