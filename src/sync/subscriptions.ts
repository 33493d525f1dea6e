import type { ConfiguredStream } from '../airbyte/catalog.js'
import { hasOwnList, listedIn } from '../manifest/listed-in.js'
import type { StreamSpec } from '../manifest/stream.js'
import type { StateMode } from './state/codec.js'
import type { Role } from './streams/list-part.js'

/** A list that a stream subscribes to, and what it looks for there. */
export interface ListRole {
  readonly list: StreamSpec
  readonly role: Role
}

/**
 * The lists of a stream; the first is the one whose cursor the platform sees. Rows that move between a list and its
 * archive are emitted by both streams: otherwise an archived row would look open in the warehouse.
 */
export function listsOfStream(
  stream: StreamSpec,
  mode: StateMode,
  configured: readonly ConfiguredStream[],
  manifest: readonly StreamSpec[],
): ListRole[] {
  const lists = listedIn(stream).map((name) => named(name, manifest))
  if (lists.length > 0)
    return lists.map((list) => ({ list, role: stream.strategy.kind === 'children' ? 'parents' : 'own' }))
  if (!hasOwnList(stream)) return []
  const own: ListRole = { list: stream, role: 'own' }
  // A full refresh reads each list as it is; there is no earlier record to correct.
  if (mode === 'full_refresh') return [own]
  return [own, ...twinsOf(stream, configured, manifest).map((list) => ({ list, role: 'twin' as const }))]
}

/** The archive of the stream's list, or the list that its rows are archived from. */
function twinsOf(
  stream: StreamSpec,
  configured: readonly ConfiguredStream[],
  manifest: readonly StreamSpec[],
): StreamSpec[] {
  const isSelected = (name: string) =>
    configured.some((other) => other.name === name && other.syncMode === 'incremental')
  const archives = manifest.filter(
    ({ name, archiveOf }) =>
      archiveOf?.stream === stream.name && (archiveOf.includeWithLive || isSelected(name)),
  )
  const { archiveOf } = stream
  return archiveOf && isSelected(archiveOf.stream)
    ? [...archives, named(archiveOf.stream, manifest)]
    : archives
}

function named(name: string, manifest: readonly StreamSpec[]): StreamSpec {
  const stream = manifest.find((candidate) => candidate.name === name)
  if (!stream) throw new Error(`The manifest has no stream ${name}.`)
  return stream
}
