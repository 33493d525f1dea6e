import type { Emission } from '../../airbyte/messages.js'
import { formatTime, type Time } from '../../common/time.js'
import { rowBuilder, type Row } from '../../pipedrive/lists/row.js'
import { recordMapper } from '../records/record-mapper.js'
import { encodeState } from '../state/codec.js'
import { timeOf, type Disappearance, type Disappearances } from '../state/disappearances.js'
import { KeySet } from '../state/key-set.js'
import { buildCursor, type CursorOptions } from './build-cursor.js'
import { StreamEmitter } from './stream-emitter.js'

/** A stream whose records disappear. */
export interface Disappearing {
  readonly emitter: { readonly stream: { readonly name: string } }
  readonly gone?: Disappearances | undefined
}

/** The stream that lists what has disappeared from other streams, once they have been read. */
export interface Deletions {
  readonly emitter: StreamEmitter
  emit(streams: readonly Disappearing[]): AsyncGenerator<Emission>
}

/** Its cursor is all that it keeps: the streams themselves remember what has disappeared. */
export function buildDeletions(options: CursorOptions): Deletions {
  const { stream, mode, account } = options
  const cursor = buildCursor(stream, 'own', options)
  const { cursorField = '' } = stream
  const emitter = new StreamEmitter(stream, {
    mode,
    mapper: recordMapper(stream, account.serverTime),
    toState: () =>
      encodeState(
        {
          lists: new Map([[stream.name, cursor.position()]]),
          facts: {},
          moving: new KeySet(),
          tokenOwner: account.tokenOwner,
          company: account.companyId,
        },
        { cursorField },
        mode,
      ),
    otherChanges: () => 0,
  })
  emitter.addPart({ list: stream.name, role: 'own', cursor, moving: new KeySet() })
  return {
    emitter,
    async *emit(streams) {
      const since = cursor.oldest
      const found = streams.flatMap(({ emitter: { stream: of }, gone }) =>
        (gone?.since(since) ?? []).map((entry) => ({ of: of.name, entry })),
      )
      found.sort((a, b) => timeOf(a.entry) - timeOf(b.entry))
      const last = found.at(-1)
      if (!last) return
      yield* emitter.emit(await emitter.toRecords(found.map(({ of, entry }) => rowOf(of, entry))))
      cursor.apply({ kind: 'covered', from: -Infinity, until: timeOf(last.entry) })
      yield* emitter.checkpoint()
    },
  }
}

const build = rowBuilder({ name: 'deletions', primaryKey: ['stream', 'id'], timeFields: [] })

function rowOf(stream: string, entry: Disappearance): Row {
  const { key, foundAt, seenAt, reason, restoredAt } = entry
  return build({
    stream,
    id: key,
    changed_at: formatTime(timeOf(entry)),
    found_missing_at: textOf(foundAt),
    last_seen_at: textOf(seenAt),
    reason,
    restored_at: textOf(restoredAt ?? null),
  })
}

function textOf(time: Time | null): string | null {
  return time === null ? null : formatTime(time)
}
