import type { Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import { openFrom, union } from '../state/coverage.js'
import { readSlices, slicesOf } from './by-update-time.js'
import type { ListScan } from './list-scan.js'
import { endsToRead, readUndated } from './undated.js'
import { isSmall, isVerificationDue, verifyArchive } from './verify-archive.js'
import { readNewestFirst, readWhole } from './walk.js'

/** In which order units of work start; nothing fresh waits for a backfill. */
const RANKS = { settings: 0, rows: 1, backfill: 2, undated: 3, verification: 4 } satisfies Record<string, number>

/** A part of the reading of a list that can run beside others. */
export interface Unit {
  readonly scan: ListScan
  readonly rank: number
  /** How far back the reading starts. */
  readonly from: Time
  read(): AsyncGenerator<Emission>
}

/** All work of a run, in the order in which it starts: within a rank, the list that is least behind comes first. */
export function planUnits(scans: readonly ListScan[], now: Time): Unit[] {
  return scans.flatMap((scan) => unitsOf(scan, scans, now)).sort((a, b) => a.rank - b.rank || b.from - a.from)
}

function unitsOf(scan: ListScan, scans: readonly ListScan[], now: Time): Unit[] {
  const { stream } = scan
  const unit = (rank: number, read: () => AsyncGenerator<Emission>): Unit => ({ scan, rank, from: startOf(scan), read })
  if (stream.strategy.kind === 'full-scan') return [unit(RANKS.settings, () => readWhole(scan))]
  const live = scans.find((other) => other.stream.name === stream.archiveOf?.stream)
  const verification = () => verifyArchive(scan, live)
  const isDue = isVerificationDue(scan, now)
  // The walk that verifies the roster sees all rows: an archive that is small, or was never seen whole, needs no other.
  if (isDue && isSmall(scan)) return [unit(RANKS.rows, verification)]
  if (isDue && hasIncompleteRoster(scan)) return [unit(RANKS.backfill, verification)]
  return [
    ...rowUnits(scan, unit),
    ...(endsToRead(scan).length > 0 ? [unit(RANKS.undated, () => readUndated(scan))] : []),
    ...(isDue ? [unit(RANKS.verification, verification)] : []),
  ]
}

function rowUnits(scan: ListScan, unit: (rank: number, read: Unit['read']) => Unit): Unit[] {
  if (scan.stream.strategy.kind === 'newest-first') return [unit(RANKS.rows, () => readNewestFirst(scan))]
  const { common, backfill } = slicesOf(scan)
  return [
    unit(RANKS.rows, () => readSlices(scan, common)),
    ...(backfill.length > 0 ? [unit(RANKS.backfill, () => readSlices(scan, backfill))] : []),
  ]
}

/** From where on new rows are expected. */
function startOf(scan: ListScan): Time {
  return openFrom(union(...scan.active.map(({ cursor }) => cursor.pending)))
}

function hasIncompleteRoster({ active }: ListScan): boolean {
  return active.some(({ cursor }) => cursor.roster !== undefined && !cursor.roster.complete)
}
