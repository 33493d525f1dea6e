import { isObject } from '../common/is-object.js'

type RawRow = Readonly<Record<string, unknown>>

/**
 * A field definition of v2 as v1 lists it: the field, and its sub-fields as rows of their own. v2 has neither ids nor
 * times nor deleted options, and most flags of v1 have no counterpart.
 */
export function fieldsAsV1(row: RawRow): RawRow[] {
  const { field_code: key, field_name: name, field_type, options, description, is_custom_field } = row
  const field = {
    ...{ id: null, key, name, field_type, options: options ?? null },
    ...(description !== undefined && { description }),
    ...(typeof is_custom_field === 'boolean' && { edit_flag: is_custom_field }),
    // v2 lists active fields only.
    active_flag: true,
  }
  return [field, ...subfieldsOf(row.subfields)]
}

function subfieldsOf(subfields: unknown): RawRow[] {
  if (!Array.isArray(subfields)) return []
  return subfields.filter(isObject).map(({ field_code: key, field_name: name, field_type = 'varchar' }) => ({
    ...{ id: null, key, name, field_type, options: null },
    ...{ is_subfield: true, active_flag: true },
  }))
}
