import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { isObject } from '../../../common/is-object.js'
import type { RawRow } from '../../../pipedrive/lists/row.js'

/** What is compared of a field's definition. Options by id as text; undefined: there was no room for them. */
export interface FieldVersion {
  readonly name: string
  readonly type: string
  readonly options?: readonly (readonly [id: string, label: string])[] | undefined
}

/** By the field's key. */
export type Fields = ReadonlyMap<string, FieldVersion>

export type ChangeKind = 'first_seen' | 'created' | 'renamed' | 'retyped' | 'options_changed' | 'deleted'

export interface FieldChange {
  readonly key: string
  readonly change: ChangeKind
  readonly before: FieldVersion | undefined
  readonly after: FieldVersion | undefined
}

/** The fields that a list of definitions has, in the shape of either version of the API; parts of fields are not. */
export function fieldsIn(rows: readonly RawRow[]): Fields {
  const active = rows.filter((row) => row.active_flag !== false && row.is_subfield !== true)
  return new Map(
    active.flatMap((row): [string, FieldVersion][] => {
      const key = row.key ?? row.field_code
      if (typeof key !== 'string') return []
      const version = { name: textOf(row.name ?? row.field_name), type: textOf(row.field_type) }
      return [[key, { ...version, options: optionsIn(row.options) }]]
    }),
  )
}

/** Undefined for a list that has not been read before: its fields are seen for the first time. */
export function changesBetween(before: Fields | undefined, after: Fields): FieldChange[] {
  const keys = [...new Set([...(before?.keys() ?? []), ...after.keys()])]
  return keys.flatMap((key) => {
    const versions = { before: before?.get(key), after: after.get(key) }
    const kinds = before ? kindsOf(versions.before, versions.after) : (['first_seen'] as const)
    return kinds.map((change) => ({ key, change, ...versions }))
  })
}

function kindsOf(before: FieldVersion | undefined, after: FieldVersion | undefined): readonly ChangeKind[] {
  if (!after) return ['deleted']
  if (!before) return ['created']
  const options = before.options && after.options
  return [
    ...(before.name === after.name ? [] : (['renamed'] as const)),
    ...(before.type === after.type ? [] : (['retyped'] as const)),
    ...(!options || sameOptions(before, after) ? [] : (['options_changed'] as const)),
  ]
}

function sameOptions(before: FieldVersion, after: FieldVersion): boolean {
  const text = ({ options = [] }: FieldVersion) =>
    JSON.stringify([...options].sort(([a], [b]) => (a < b ? -1 : 1)))
  return text(before) === text(after)
}

/** Room for the fields of a list in a state, in characters. Without their options, 1,000 fields have room. */
const ROOM = 30_000

/** For a state; without the options where they have no room. */
export function packFields(fields: Fields): string {
  const whole = pack(fields)
  if (whole.length <= ROOM) return whole
  return pack(new Map([...fields].map(([key, { name, type }]) => [key, { name, type }])))
}

function pack(fields: Fields): string {
  const rows = [...fields].map(([key, { name, type, options }]) => [key, name, type, options ?? null])
  return deflateRawSync(JSON.stringify(rows)).toString('base64')
}

/** The opposite; undefined for what `packFields` has not written. */
export function unpackFields(text: string): Fields | undefined {
  try {
    const rows: unknown = JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString())
    if (!Array.isArray(rows)) return undefined
    return new Map(
      (rows as [string, string, string, FieldVersion['options'] | null][]).map(
        ([key, name, type, options]) => [key, { name, type, ...(options && { options }) }],
      ),
    )
  } catch {
    return undefined
  }
}

function optionsIn(options: unknown): FieldVersion['options'] {
  if (!Array.isArray(options)) return []
  return options.filter(isObject).map(({ id, label }) => [textOf(id), textOf(label)] as const)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'bigint' ? `${value}` : ''
}
