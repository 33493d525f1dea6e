import type { AirbyteStream } from '../../airbyte/messages.js'
import type { StreamSpec } from '../../manifest/stream.js'
import { withoutColumns } from './custom-fields/columns.js'
import type { Columns } from './custom-fields/stream-columns.js'
import { DELETED_AT, DELETED_AT_SCHEMA, hasTombstones } from './marked-deleted.js'
import { loadSchema } from './record-mapper.js'

/** A stream as `discover` offers it. Without `columns` for its custom fields it has no computed columns at all. */
export function toAirbyteStream(
  stream: StreamSpec,
  columns?: Columns,
  { removesDeleted = false }: { readonly removesDeleted?: boolean } = {},
): AirbyteStream {
  const { name, schema, primaryKey, cursorField } = stream
  const { properties, ...rest } = loadSchema(schema)
  return {
    name,
    json_schema: {
      ...rest,
      properties: {
        ...(columns ? { ...properties, ...columns } : withoutColumns(properties)),
        ...(removesDeleted && hasTombstones(stream) && { [DELETED_AT]: DELETED_AT_SCHEMA }),
      },
    },
    supported_sync_modes: cursorField === undefined ? ['full_refresh'] : ['full_refresh', 'incremental'],
    source_defined_primary_key: primaryKey.map((field) => [field]),
    ...(cursorField !== undefined && {
      source_defined_cursor: true,
      default_cursor_field: [cursorField],
      is_resumable: true,
    }),
  }
}
