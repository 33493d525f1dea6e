import type { StreamSpec } from '../../src/manifest/stream.js'

/** The configured catalog of the acceptance tests: every stream, incremental where it can be. */
export function acceptanceCatalog(manifest: readonly StreamSpec[]): string {
  return JSON.stringify({ streams: manifest.map(configured) }, null, 2)
}

function configured({ name, primaryKey, cursorField }: StreamSpec): object {
  const source_defined_primary_key = primaryKey.map((field) => [field])
  const stream = { name, json_schema: {} }
  if (cursorField === undefined) {
    return {
      stream: { ...stream, supported_sync_modes: ['full_refresh'], source_defined_primary_key },
      sync_mode: 'full_refresh',
      destination_sync_mode: 'overwrite',
      primary_key: source_defined_primary_key,
    }
  }
  return {
    stream: {
      ...stream,
      supported_sync_modes: ['full_refresh', 'incremental'],
      source_defined_cursor: true,
      default_cursor_field: [cursorField],
      source_defined_primary_key,
    },
    sync_mode: 'incremental',
    destination_sync_mode: 'append_dedup',
    cursor_field: [cursorField],
    primary_key: source_defined_primary_key,
  }
}
