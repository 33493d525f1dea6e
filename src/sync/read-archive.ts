import type { AirbyteMessage } from '../airbyte/messages.js'
import { KeySet } from './key-set.js'
import { readWhole, unfinishedPass } from './read-walk.js'
import type { Scan } from './scan.js'
import type { StreamRun } from './stream-run.js'

/**
 * Reads a list of archived rows. Nobody documents whether archiving moves the update time that Pipedrive filters and
 * sorts by. The rows tell: as soon as one was archived later than it was updated, the list is read whole instead, and
 * the later of the two is the row's time.
 */
export async function* readArchive(
  scan: Scan,
  readInOrder: (scan: Scan) => AsyncGenerator<AirbyteMessage>,
): AsyncGenerator<AirbyteMessage> {
  if (peeks(scan)) await peek(scan)
  if (scan.order !== 'broken') yield* readInOrder(scan)
  // The evidence may have come up only now.
  if (scan.order === 'broken') yield* readWholeArchive(scan)
}

/** Whether the list is looked into first: one request. */
export function peeks({ stream, order }: Scan): boolean {
  return stream.archiveOf !== undefined && order === undefined
}

/** A look at the newest rows; without archived rows there is nothing to learn, and nothing to lose. */
async function peek(scan: Scan): Promise<void> {
  for await (const page of scan.reader.pages({ order: 'newest-first' })) {
    scan.rows(page)
    return
  }
}

/** What was archived and is no more in the whole list was restored, or is gone; its time need not tell. */
async function* readWholeArchive(scan: Scan): AsyncGenerator<AirbyteMessage> {
  const inPart = unfinishedPass(scan) !== undefined
  const met = KeySet.of()
  yield* readWhole(scan, (row) => {
    met.add(row.key)
  })
  if (inPart) return
  const left = new Map<StreamRun, KeySet>()
  for (const { run } of scan.active) {
    if (!run.archived) continue
    left.set(run, run.archived.without(met))
    run.archived.addAll(met)
  }
  if (scan.live && [...left.values()].some(({ size }) => size > 0)) yield* readRestored(scan.live, left)
  for (const [run, keys] of left) run.archived?.deleteAll(keys)
}

/** Looks for rows that left the archive in the list that they came from, all of it. */
async function* readRestored(
  live: Scan,
  left: ReadonlyMap<StreamRun, KeySet>,
): AsyncGenerator<AirbyteMessage> {
  for await (const page of live.reader.pages()) {
    const wanted = ({ run }: { run: StreamRun }) => {
      const keys = left.get(run)
      return (row: { key: string }) => keys?.has(row.key) ?? false
    }
    yield* live.give(live.rows(page), () => undefined, wanted)
  }
}
