import type { AirbyteStream } from '../../airbyte/messages.js'
import type { StreamSpec } from '../../manifest/stream.js'
import { loadSchema } from './record-mapper.js'

/** A stream as `discover` offers it. */
export function toAirbyteStream(stream: StreamSpec): AirbyteStream {
  const { name, schema, primaryKey, cursorField } = stream
  return {
    name,
    json_schema: loadSchema(schema),
    supported_sync_modes: cursorField === undefined ? ['full_refresh'] : ['full_refresh', 'incremental'],
    source_defined_primary_key: primaryKey.map((field) => [field]),
    ...(cursorField !== undefined && {
      source_defined_cursor: true,
      default_cursor_field: [cursorField],
      is_resumable: true,
    }),
  }
}
