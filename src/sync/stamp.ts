import type { StreamSpec } from '../manifest/stream.js'
import { formatTime, type Time } from '../common/time.js'

/**
 * Rows that have no time of their own get one as their cursor: when this version of them was first seen. The underscore
 * tells that the field is ours.
 */
export function stampOf({ cursorField }: StreamSpec, runStart: Time): Readonly<Record<string, string>> {
  return cursorField?.startsWith('_') ? { [cursorField]: formatTime(runStart) } : {}
}
