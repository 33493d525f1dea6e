import { isObject } from '../../../common/is-object.js'
import type { RawRow } from '../../../pipedrive/lists/row.js'

/** What Pipedrive's definition of a field says, whichever version of the API it came from. */
export interface FieldDefinition {
  /** The hash of a custom field, else the name of the property. */
  readonly key: string
  /** As people named it; may be empty, and need not be unique. */
  readonly name: string
  /** Pipedrive's field_type, for example `monetary`. */
  readonly type: string
  /** Labels by option id. v1 also names options that were deleted. */
  readonly options: ReadonlyMap<string, string>
}

/** `GET /v1/*Fields`. Rows without a key and fields that were deleted are left out. */
export function definitionsOfV1(rows: readonly RawRow[]): FieldDefinition[] {
  const active = rows.filter(({ active_flag: flag }) => flag !== false && flag !== 0)
  return active.flatMap(({ key, name, field_type: type, options, options_deleted: deleted }) =>
    // An id that is used again stands for the option that exists.
    define(key, name, type, [deleted, options]),
  )
}

/** `GET /api/v2/*Fields`. */
export function definitionsOfV2(rows: readonly RawRow[]): FieldDefinition[] {
  return rows.flatMap(({ field_code: key, field_name: name, field_type: type, options }) =>
    define(key, name, type, [options]),
  )
}

/** Whether a property is a custom field: sha1-looking, permanent within an account. */
export function isCustomFieldKey(key: string): boolean {
  return /^[0-9a-f]{40}$/.test(key)
}

/** v1 puts custom fields and their sub-fields (`<key>_currency`) beside the built-in ones. */
export function isCustomProperty(property: string): boolean {
  return property.length >= 40 && /^[0-9a-f]{40}(_.+)?$/s.test(property)
}

function define(
  key: unknown,
  name: unknown,
  type: unknown,
  optionLists: readonly unknown[],
): FieldDefinition[] {
  if (typeof key !== 'string' || key === '') return []
  return [
    {
      key,
      name: typeof name === 'string' ? name : '',
      type: typeof type === 'string' ? type : '',
      options: new Map(optionLists.flatMap(optionsIn)),
    },
  ]
}

function optionsIn(list: unknown): [id: string, label: string][] {
  if (!Array.isArray(list)) return []
  return list.flatMap((option: unknown): [string, string][] => {
    if (!isObject(option)) return []
    const { id, label } = option
    if (typeof id !== 'number' && typeof id !== 'string') return []
    return typeof label === 'string' || typeof label === 'number' ? [[String(id), String(label)]] : []
  })
}
