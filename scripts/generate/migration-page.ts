import type { StreamSpec } from '../../src/manifest/stream.js'
import { airbyteStreams, type AirbyteStream } from '../../test/support/airbyte-streams.js'
import { code, table } from './markdown.js'
import { replaceGenerated } from './markers.js'
import { migrationNotes } from './migration-notes.js'

const ABSENT = 'not available'

/** docs/from-airbyte-source-pipedrive.md with its table of the streams of both sources. */
export function migrationPage(manifest: readonly StreamSpec[], current: string): string {
  return replaceGenerated(current, 'streams', migrationTable(manifest))
}

/** One row for each stream of either source, by name. */
export function migrationTable(
  manifest: readonly StreamSpec[],
  theirs: readonly AirbyteStream[] = airbyteStreams,
): string[] {
  const names = [...new Set([...theirs, ...manifest].map(({ name }) => name))].sort((a, b) =>
    a.localeCompare(b),
  )
  const rows = names.map((name) => {
    const before = theirs.find((stream) => stream.name === name)
    const here = manifest.find((stream) => stream.name === name)
    return [
      name,
      before ? syncMode(before.cursors['4.x']) : ABSENT,
      here ? syncMode(here.cursorField) : ABSENT,
      changes(before, here),
    ]
  })
  return table(['stream', 'Airbyte’s source', 'this source', 'what changes'], rows)
}

function syncMode(cursor: string | undefined): string {
  return cursor === undefined ? 'full refresh' : `incremental, ${code(cursor)}`
}

function changes(before: AirbyteStream | undefined, here: StreamSpec | undefined): string {
  if (!here) return 'deselect it'
  if (!before) return 'new'
  const note = migrationNotes[here.name]
  const found = [
    ...(before.timesWithoutZone ? ['times with a zone'] : []),
    ...cursorChange(before, here),
    ...(note === undefined ? [] : [note]),
  ]
  return found.length > 0 ? found.join('; ') : 'nothing'
}

function cursorChange({ cursors }: AirbyteStream, { cursorField }: StreamSpec): string[] {
  if (cursorField === undefined || cursors['4.x'] !== undefined) return []
  if (cursorField === '_changed_at')
    return ['a column `_changed_at`: when this version of the row was first read']
  return cursors['2.x'] === undefined ? ['incremental'] : ['incremental as up to 2.x']
}
