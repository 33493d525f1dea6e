import type { ConfiguredStream } from '../airbyte/catalog.js'
import type { StreamSpec } from '../manifest/stream.js'
import type { Interest } from './consumer.js'
import type { KeySet } from './key-set.js'
import type { StateMode } from './stream-state.js'

/** A list that a stream lives on, and what it looks for there. */
export interface ListPart {
  list: StreamSpec
  role: 'own' | 'parents' | 'archived' | 'restored'
  interest: (archived: KeySet | undefined) => Interest
}

/**
 * The lists of a stream; the first is the one whose cursor the platform sees. Rows that move between a list and its
 * archive are told to both streams: else an archived row would look open for ever.
 */
export function listsOf(
  stream: StreamSpec,
  mode: StateMode,
  configured: readonly ConfiguredStream[],
  manifest: readonly StreamSpec[],
): ListPart[] {
  const { strategy } = stream
  if (strategy.kind === 'children') return strategy.of.map((name) => part(named(name, manifest), 'parents'))
  const own = part(stream, 'own')
  // A full refresh reads each list as it is; there is no earlier row to correct.
  if (mode === 'full_refresh') return [own]
  const selected = (name: string) =>
    configured.some((other) => other.name === name && other.syncMode === 'incremental')
  const archives = manifest.filter(
    ({ name, archiveOf }) =>
      archiveOf?.stream === stream.name && (archiveOf.includeWithLive || selected(name)),
  )
  const live =
    stream.archiveOf && selected(stream.archiveOf.stream) ? [named(stream.archiveOf.stream, manifest)] : []
  return [
    own,
    ...archives.map((list) => part(list, 'archived')),
    ...live.map((list) => part(list, 'restored')),
  ]
}

const INTERESTS = {
  own: () => () => true,
  parents: () => () => true,
  // Rows without a time cannot be told from those that were archived long ago.
  archived: () => (row) => row.time !== null,
  restored: (archived) => (row) => archived?.has(row.key) ?? false,
} satisfies Record<ListPart['role'], ListPart['interest']>

function part(list: StreamSpec, role: ListPart['role']): ListPart {
  return { list, role, interest: INTERESTS[role] }
}

function named(name: string, manifest: readonly StreamSpec[]): StreamSpec {
  const stream = manifest.find((candidate) => candidate.name === name)
  if (!stream) throw new Error(`The manifest has no stream ${name}.`)
  return stream
}
