import { isObject } from '../common/is-object.js'
import { configError } from './errors.js'
import { readJson } from './json-file.js'
import type { AirbyteStream, SyncMode } from './messages.js'
import { readable } from './readable.js'

/** The part of a configured stream that a source needs. */
export interface ConfiguredStream {
  name: string
  syncMode: SyncMode
  /** Those of its JSON schema: the columns that were selected. */
  properties: Readonly<Record<string, unknown>>
}

const CREATE_ONE = 'Create a catalog with: src-pipedrive catalog --config CONFIG.'

/** The streams of a configured catalog file. Ignores unknown keys and nulls, which the platform's serializers add. */
export async function readCatalog(path: string): Promise<ConfiguredStream[]> {
  const catalog = await readJson(path, 'catalog')
  if (!isObject(catalog) || !Array.isArray(catalog.streams)) {
    throw configError(`The catalog ${path} has no "streams" list. ${CREATE_ONE}`)
  }
  const streams = catalog.streams.map((entry: unknown, index) => configuredStream(entry, index, path))
  const repeated = streams.find(
    ({ name }, index) => streams.findIndex((other) => other.name === name) < index,
  )
  if (repeated) throw configError(`The catalog ${path} has the stream "${repeated.name}" twice. Remove one.`)
  return streams
}

function configuredStream(entry: unknown, index: number, path: string): ConfiguredStream {
  const stream = isObject(entry) && isObject(entry.stream) ? entry.stream : undefined
  if (!isObject(entry) || typeof stream?.name !== 'string') {
    const hint = isObject(entry) && 'json_schema' in entry ? ' This looks like the output of discover.' : ''
    throw configError(
      `Entry ${index + 1} of the catalog ${path} is not a configured stream.${hint} ${CREATE_ONE}`,
    )
  }
  const mode = entry.sync_mode ?? 'full_refresh'
  if (mode !== 'full_refresh' && mode !== 'incremental') {
    throw configError(
      `The catalog ${path} has the sync_mode ${readable(JSON.stringify(mode))} for "${stream.name}". Use full_refresh or incremental.`,
      { stream: stream.name },
    )
  }
  return { name: stream.name, syncMode: mode, properties: propertiesOf(stream) }
}

function propertiesOf({ json_schema: schema }: Record<string, unknown>): ConfiguredStream['properties'] {
  return isObject(schema) && isObject(schema.properties) ? schema.properties : {}
}

/** A configured catalog for these streams, as `read` expects it. */
export function configureCatalog(streams: readonly AirbyteStream[], mode: SyncMode) {
  return {
    streams: streams.map((stream) => {
      const incremental = mode === 'incremental' && stream.supported_sync_modes.includes('incremental')
      return {
        stream,
        sync_mode: incremental ? 'incremental' : 'full_refresh',
        destination_sync_mode: incremental ? 'append_dedup' : 'overwrite',
        cursor_field: stream.default_cursor_field ?? [],
        primary_key: stream.source_defined_primary_key ?? [],
      }
    }),
  }
}
