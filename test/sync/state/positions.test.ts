import { describe, expect, test } from '@jest/globals'
import { manifest } from '../../../src/manifest/manifest.js'
import { changesAreCompared } from '../../../src/manifest/stream.js'
import {
  childRosterRoom,
  disappearancesRoom,
  familiesRoom,
  stateShape,
} from '../../../src/sync/state/positions.js'

const MOST_CHARACTERS = 256 * 1024
/** Slices, positions, facts, the latest disappearances, and the names of all that. */
const EVERYTHING_ELSE = 14_000

describe('the rooms of a state', () => {
  test.each(manifest.map((stream) => [stream.name, stream] as const))(
    'of %s have at most 256 KB together, also while its lists are verified',
    (_, stream) => {
      const { lists } = stateShape(stream, manifest)
      const room = lists.reduce(
        // The keys that a verification has seen take as much as the roster, unless the list is always read whole.
        (sum, { fingerprintRoom, rosterRoom }) =>
          sum + fingerprintRoom + (changesAreCompared(stream) ? 1 : 2) * rosterRoom,
        EVERYTHING_ELSE + familiesRoom(stream) + disappearancesRoom(stream) + childRosterRoom(stream),
      )
      expect(room).toBeLessThanOrEqual(MOST_CHARACTERS)
    },
  )
})
