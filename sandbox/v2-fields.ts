import { fieldRow } from './company/field-definitions.js'
import type { Row } from './row.js'
import { routes, rows } from './stream-parts.js'
import { defineSandboxStream, type SandboxStream } from './stream.js'

/** The v2 list of the same fields as a v1 list has: only active ones, without sub-field rows and deleted options. */
export function v2Fields(
  name: string,
  { table, route }: SandboxStream,
  scopes: readonly string[] = route.scopes,
): SandboxStream {
  return defineSandboxStream({
    name,
    ...rows.fields,
    table,
    shape: { shows: (row) => row.active_flag !== false && row.is_subfield !== true, present: toV2 },
    route: { ...routes.cursor, path: route.path, cost: 10, scopes },
    exampleRow: fieldRow,
  })
}

/** Members of a field that has several: the sub-fields that v1 lists as rows of their own. */
const SUBFIELDS: Readonly<Record<string, readonly string[]>> = {
  monetary: ['currency'],
  daterange: ['until'],
  time: ['timezone_id'],
  timerange: ['until', 'timezone_id'],
}

function toV2(row: Row): Row {
  const { key, name, field_type: type, options } = row
  const parts = SUBFIELDS[String(type)]
  return {
    field_name: name,
    field_code: key,
    description: null,
    field_type: type,
    options: Array.isArray(options) ? (options as Row[]).map(toV2Option) : null,
    subfields: parts?.map((part) => ({ field_code: `${String(key)}_${part}`, field_name: part })) ?? null,
    is_custom_field: /^[0-9a-f]{40}$/.test(String(key)),
    is_optional_response_field: false,
  }
}

function toV2Option({ id, label }: Row): Row {
  return { id, label, color: null, update_time: null, add_time: null }
}
