import { log, type AirbyteMessage } from '../../airbyte/messages.js'
import type { StreamSpec } from '../../manifest/stream.js'
import type { ListPart } from './list-part.js'

/** What the stream's state has no room for. */
export function roomWarnings(
  { name, archiveOf, cursorField }: StreamSpec,
  parts: readonly ListPart[],
): AirbyteMessage[] {
  const archive = archiveOf ? 'own' : 'twin'
  const lacksFingerprints =
    cursorField !== undefined && parts.some(({ cursor }) => cursor.fingerprints.overflowed)
  const lacksKeys = parts.some(({ role, cursor }) => role === archive && cursor.roster?.outgrown)
  return [
    ...(lacksFingerprints ? [log('WARN', `${name}: ${NO_FINGERPRINTS}`)] : []),
    ...(lacksKeys ? [log('WARN', `${name}: ${NO_KEYS}`)] : []),
  ]
}

const NO_FINGERPRINTS =
  'the state has no room for the fingerprints of all rows. The next sync may emit some unchanged records again.'
const NO_KEYS =
  'the state has no room for the keys of the archive. Records that are archived or restored are found only if that ' +
  'moves their update time.'
