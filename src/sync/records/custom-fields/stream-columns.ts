import type { JsonObject } from '../../../airbyte/messages.js'
import { count } from '../../../common/wording.js'
import type { CustomFieldEntity } from '../../../manifest/custom-fields.js'
import type { StreamSpec } from '../../../manifest/stream.js'
import type { RequestFn } from '../../../pipedrive/http/request.js'
import { loadSchema } from '../record-mapper.js'
import { declareColumns, MAX_COLUMNS } from './columns.js'
import { readDefinitions } from './read-definitions.js'

/** Schemas of columns by name. */
export type Columns = Readonly<Record<string, JsonObject>>

export interface StreamColumns {
  /** By stream; streams without custom fields, or whose definitions cannot be read, are not in it. */
  readonly columns: ReadonlyMap<string, Columns>
  /** What the user should know. */
  readonly warnings: readonly string[]
}

/** The columns of every stream with custom fields, by Pipedrive's definitions; one list of them per entity is read. */
export async function readStreamColumns(
  manifest: readonly StreamSpec[],
  request: RequestFn,
): Promise<StreamColumns> {
  const columns = new Map<string, Columns>()
  const warnings: string[] = []
  for (const source of manifest) {
    if (source.defines === undefined) continue
    const streams = streamsOf(source.defines, manifest)
    const definitions = await readDefinitions(source, request)
    if (!definitions) {
      warnings.push(unreadableWarning(source, streams))
      continue
    }
    const declared = declareColumns(definitions, reservedNames(streams))
    for (const { name } of streams) columns.set(name, declared)
    const size = Object.keys(declared).length
    if (size > MAX_COLUMNS) warnings.push(sizeWarning(size, streams))
  }
  return { columns, warnings }
}

function streamsOf(entity: CustomFieldEntity, manifest: readonly StreamSpec[]): StreamSpec[] {
  return manifest.filter(({ customFields }) => customFields === entity)
}

/** Of all streams that share the fields, so that a field has the same name in each of them. */
function reservedNames(streams: readonly StreamSpec[]): string[] {
  return streams.flatMap(({ schema }) => Object.keys(loadSchema(schema).properties))
}

function unreadableWarning({ path, scopes }: StreamSpec, streams: readonly StreamSpec[]): string {
  return (
    `The definitions of custom fields (${path}) cannot be read, so ${listed(streams)} have no columns for them; ` +
    `custom_fields has all values. For columns, add one of the scopes ${scopes.join(', ')} to the app and connect ` +
    'again, or use the token of a user with access to them; then refresh the schema.'
  )
}

function sizeWarning(size: number, streams: readonly StreamSpec[]): string {
  return (
    `${listed(streams)} have ${count(size, 'column')} for custom fields. Some destinations take no table of that width: ` +
    'deselect columns, or set custom_fields to "raw".'
  )
}

function listed(streams: readonly StreamSpec[]): string {
  return streams.map(({ name }) => name).join(', ')
}
