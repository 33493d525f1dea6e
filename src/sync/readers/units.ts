import type { Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import { openFrom, union } from '../state/coverage.js'
import { readBacklog } from './backlog.js'
import { readSlices, slicesOf } from './by-update-time.js'
import type { ListScan } from './list-scan.js'
import { isRereadDue, rereadRows } from './reread.js'
import { resumeVerification } from './verification-resume.js'
import { endsToRead, readUndated } from './undated.js'
import { isSmall, isVerificationDue, verifyArchive } from './verify-archive.js'
import { areSettingsDue, readIfLacking, readSettings } from './settings.js'
import { readNewerThan, readNewestFirst, readUntilKnown, sharedResume } from './walk.js'

/** Kinds of work in the order in which they start; nothing fresh waits for a backfill. */
const KINDS = [
  'settings',
  'rows',
  'backfill',
  'undated',
  'verification',
  'reread',
  'backlog',
  'postponed',
  'rolling',
] as const

export type UnitKind = (typeof KINDS)[number]

/** A part of the reading of a list that can run beside others. */
export interface Unit {
  readonly scan: ListScan
  readonly kind: UnitKind
  /** How far back the reading starts. */
  readonly from: Time
  read(): AsyncGenerator<Emission>
}

/** All work of a run, in the order in which it starts: within a kind, the list that is least behind comes first. */
export function planUnits(scans: readonly ListScan[], now: Time): Unit[] {
  const archivesFirst = [...scans].sort((a, b) => Number(!a.stream.archiveOf) - Number(!b.stream.archiveOf))
  const units = archivesFirst.flatMap((scan) => unitsOf(scan, scans, now))
  const others = [...new Set(units.map(({ scan }) => scan))]
  const postponed = scans.filter((scan) => !others.includes(scan))
  const unitsOfPostponed = postponed.map((scan) => postponedUnit(scan, others))
  // A unit waits only for units before it: few may run at once.
  return [
    ...units.sort(inOrder),
    ...backlogUnits(others, units, now),
    ...unitsOfPostponed,
    ...backlogUnits(postponed, unitsOfPostponed, now),
  ]
}

function inOrder(a: Unit, b: Unit): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || Math.sign(b.from - a.from)
}

function unitsOf(scan: ListScan, scans: readonly ListScan[], now: Time): Unit[] {
  const { stream } = scan
  const live = scans.find((other) => other.stream.name === stream.archiveOf?.stream)
  // An archive starts before the list that waits for it.
  const from = Math.max(startOf(scan), live ? startOf(live) : -Infinity)
  const unit: MakeUnit = (kind, read) => ({ scan, kind, from, read })
  const { strategy } = stream
  if (strategy.kind === 'full-scan' && strategy.newestFirst) {
    const { wholeEveryHours } = strategy.newestFirst
    return [unit('rows', () => readUntilKnown(scan, wholeEveryHours, now))]
  }
  if (strategy.kind === 'full-scan')
    return areSettingsDue(scan, now) ? [unit('settings', () => readSettings(scan))] : []
  if (!stream.archiveOf) {
    const archive = scans.find((other) => other.stream.archiveOf?.stream === stream.name)
    return [
      ...rowUnits(scan, unit).map((rows) => readAfter(archive, rows)),
      ...undatedUnits(scan, unit),
      ...(isRereadDue(scan, now) ? [unit('reread', () => rereadRows(scan, now))] : []),
    ]
  }
  const verification = () => verifyArchive(scan, live)
  const isDue = isVerificationDue(scan, now)
  const behindLive = Math.min(from, live ? startOf(live) : Infinity) - 1
  if (isReadWhole(scan)) {
    const startedAt = resumeVerification(scan.active).point?.startedAt
    return [
      ...freshUnits(startedAt, scan, unit),
      ...headAndRest(unit('rows', verification), { kind: 'backfill', from }),
    ]
  }
  return [
    ...rowUnits(scan, unit).flatMap((rows) =>
      rows.kind === 'rows' ? headAndRest(rows, { kind: 'rows', from: behindLive }) : [rows],
    ),
    ...undatedUnits(scan, unit),
    ...(isDue ? [unit('verification', verification)] : []),
  ]
}

/**
 * A row that is restored while both lists are read must not be missed in both: the archive is read first. A row that is
 * archived meanwhile is found by the next run, as its roster does not have it.
 */
function readAfter(archive: ListScan | undefined, unit: Unit): Unit {
  if (!archive || unit.kind !== 'rows') return unit
  return {
    ...unit,
    async *read() {
      await archive.headRead
      yield* unit.read()
    },
  }
}

/**
 * The list that waits for the head of an archive must not wait for all of it: an archive may cost more than a day's
 * tokens, and few units may run at once.
 */
function headAndRest(unit: Unit, rest: Pick<Unit, 'kind' | 'from'>): Unit[] {
  const pages = unit.read()
  let endHead: () => void = () => undefined
  const headEnded = new Promise<void>((resolve) => (endHead = resolve))
  async function* readHead(): AsyncGenerator<Emission> {
    try {
      while (!unit.scan.isHeadRead) {
        const next = await pages.next()
        if (next.done) return
        yield next.value
      }
    } finally {
      endHead()
    }
  }
  async function* readRest(): AsyncGenerator<Emission> {
    await headEnded
    yield* pages
  }
  return [
    { ...unit, read: readHead },
    { ...unit, ...rest, read: readRest },
  ]
}

/** What waits for an allowance comes last of its list. */
function backlogUnits(scans: readonly ListScan[], units: readonly Unit[], now: Time): Unit[] {
  return scans.flatMap((scan): Unit[] => {
    if (scan.active.every(({ backlog }) => backlog === undefined)) return []
    scan.expectUnits(units.filter((unit) => unit.scan === scan).length)
    return [{ scan, kind: 'backlog', from: startOf(scan), read: () => readBacklog(scan, now) }]
  })
}

/** Settings that are not due are read all the same if a row of another list refers to what they lack. */
function postponedUnit(scan: ListScan, others: readonly ListScan[]): Unit {
  return { scan, kind: 'postponed', from: startOf(scan), read: () => readIfLacking(scan, others) }
}

type MakeUnit = (kind: UnitKind, read: Unit['read']) => Unit

function undatedUnits(scan: ListScan, unit: MakeUnit): Unit[] {
  return endsToRead(scan).length > 0 ? [unit('undated', () => readUndated(scan))] : []
}

function rowUnits(scan: ListScan, unit: MakeUnit): Unit[] {
  if (scan.stream.strategy.kind === 'newest-first') {
    const startedAt = sharedResume(scan.active.map(({ cursor }) => cursor.resume))?.startedAt
    const walk = unit(startedAt === undefined ? 'rows' : 'backfill', () => readNewestFirst(scan))
    return [...freshUnits(startedAt, scan, unit), walk]
  }
  const { common, backfill } = slicesOf(scan)
  return [
    unit('rows', () => readSlices(scan, common)),
    ...(backfill.length > 0 ? [unit('backfill', () => readSlices(scan, backfill))] : []),
  ]
}

/** A walk that takes several runs keeps nothing fresh back: what is newer than its start is read by time before it. */
function freshUnits(startedAt: Time | undefined, scan: ListScan, unit: MakeUnit): Unit[] {
  if (startedAt === undefined) return []
  const open = Math.min(...scan.active.map(({ cursor }) => openFrom(cursor.pending)))
  const from = Math.max(scan.clock.horizon(startedAt), open)
  if (from === Infinity) return []
  const isNewestFirst = scan.stream.strategy.kind === 'newest-first'
  return [unit('rows', () => (isNewestFirst ? readNewerThan(scan, from) : readSlices(scan, [[from, null]])))]
}

/** From where on new rows are expected. What only a newcomer among the streams lacks is read apart. */
function startOf(scan: ListScan): Time {
  const { common } = slicesOf(scan)
  return openFrom(common.length > 0 ? common : union(...scan.active.map(({ cursor }) => cursor.pending)))
}

/** The walk that verifies a roster sees all rows: an archive that is small, or was never seen whole, needs no other. */
export function isReadWhole(scan: ListScan): boolean {
  const isIncomplete = scan.active.some(
    ({ cursor: { roster } }) => roster !== undefined && !roster.complete && !roster.outgrown,
  )
  return scan.stream.archiveOf !== undefined && (isIncomplete || isSmall(scan))
}
