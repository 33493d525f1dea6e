import type { Disappearances } from '../state/disappearances.js'
import type { StreamEmitter } from './stream-emitter.js'

/** A stream whose rows may disappear. */
interface Disappearing {
  readonly emitter: Pick<StreamEmitter, 'stream' | 'parts' | 'failure'>
  readonly gone: Disappearances | undefined
}

/**
 * Whether a row of these lists is known to be deleted, by streams that follow all of the lists. A stream of an archive
 * does not see each row that is restored; one that has failed may not have seen it yet.
 */
export function isGoneFrom(streams: readonly Disappearing[]) {
  return (lists: readonly string[], key: string): boolean =>
    streams.some(({ emitter: { stream, parts, failure }, gone }) => {
      if (gone?.has(key) !== true) return false
      const follows = (name: string) => parts.some(({ list, role }) => list === name && role !== 'parents')
      return stream.archiveOf === undefined && failure === undefined && lists.every(follows)
    })
}
