import { log, type Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import type { ListQuery } from '../../pipedrive/lists/list-query.js'
import type { Checkpoint } from '../state/checkpoint.js'
import { KeySet } from '../state/key-set.js'
import type { Subscription } from '../streams/subscription.js'
import { learnWhetherEmpty, mayBeEmpty, notingEmptiness } from './emptiness.js'
import type { ListScan } from './list-scan.js'
import { isHidden, settleArchived } from './settle-archived.js'
import { resumeVerification } from './verification-resume.js'

const HOUR_MS = 3_600_000

/**
 * How often the whole archive is compared with the roster. It is undocumented whether archiving moves the update time
 * that the archive is read by.
 */
const POLICY = {
  /** An archive that fits one page is read whole in every run: that costs no more than reading it by time. */
  everyRunUpToPages: 1,
  dailyMs: 23 * HOUR_MS,
  weeklyMs: 7 * 24 * HOUR_MS,
  /** So many archivings that moved the time, and none that did not, are taken for a rule. */
  enoughEvidence: 20,
} satisfies Record<string, number>

/** Whether the archive is verified in a run that starts now. */
export function isVerificationDue(scan: ListScan, now: Time): boolean {
  const rosters = withRoster(scan)
  if (rosters.length === 0) return false
  return rosters.some(({ cursor }) => {
    if (cursor.roster?.outgrown) return false
    const { roster, verifiedAt, verification } = cursor
    if (!roster?.complete || verifiedAt === undefined || verification) return true
    return now - verifiedAt >= intervalMs(scan)
  })
}

/** Whether the whole archive is known to fit one page. */
export function isSmall({ stream, active }: ListScan): boolean {
  const [first] = active.filter(({ cursor }) => cursor.roster?.complete)
  const size = first?.cursor.roster?.size ?? Infinity
  return size < stream.pageSize * POLICY.everyRunUpToPages
}

function intervalMs({ facts }: ListScan): number {
  const evidence = facts.get('archivingMovesTime')
  const isRule = evidence?.unmoved === 0 && evidence.moved >= POLICY.enoughEvidence
  return isRule ? POLICY.weeklyMs : POLICY.dailyMs
}

/**
 * Walks the whole archive and compares it with the rosters. Rows that are not in a roster have been archived: their
 * streams emit them. Keys of a roster that the archive does not have any more have been restored or deleted: they are
 * looked up in the list that they were archived from.
 */
export function verifyArchive(scan: ListScan, live: ListScan | undefined): AsyncGenerator<Emission> {
  return notingEmptiness(scan, verifyPages(scan, live))
}

async function* verifyPages(scan: ListScan, live: ListScan | undefined): AsyncGenerator<Emission> {
  const resume = resumeVerification(scan.active)
  const { point } = resume
  let { takesPart } = resume
  let startedAt = point?.startedAt
  let pages = point?.pages ?? 0
  let seen = point?.seen ?? new KeySet()
  let hasUndated = false
  const query = { order: 'by-id' as const, mayBeEmpty: mayBeEmpty(scan) }
  for await (const { rows, next, times, restarted } of scan.pages(query, point?.position)) {
    if (restarted) {
      startedAt = undefined
      pages = 0
      seen = new KeySet()
      takesPart = () => true
    }
    startedAt ??= scan.clock.observe(times, rows)
    for (const { key } of rows) seen.add(key)
    hasUndated ||= rows.some(({ time }) => time === null)
    pages += 1
    const checkpoint: Checkpoint = next
      ? {
          kind: 'verifying',
          at: { startedAt, position: next, seen, pages },
          covers: coveredBy(scan, startedAt),
        }
      : { kind: 'none' }
    yield* scan.dispatch(rows, checkpoint, takesPart)
    if (scan.active.length === 0) return
  }
  if (point === undefined) learnWhetherEmpty(scan)
  if (point === undefined && !hasUndated) scan.facts.learn('undatedRows', 'none')
  // The fact would keep the rows that were found from being looked for.
  if (hasUndated && scan.facts.get('undatedRows') === 'none') scan.facts.forget('undatedRows')
  const suspects = yield* findMoved(scan, live, seen)
  const at = scan.clock.startedAt
  if (startedAt === undefined || at === undefined) return
  const covers = scan.clock.horizon(startedAt)
  const seenBy = scan.onlooker && { seenBy: scan.onlooker.viewer }
  yield* scan.dispatch([], { kind: 'verified', at, covers, suspects, ...seenBy }, takesPart)
}

/** The first walk reads all rows up to here; later ones run beside the reading by time. */
function coveredBy(scan: ListScan, startedAt: Time): Time {
  const isFirst = withRoster(scan).some(({ cursor }) => cursor.roster?.complete === false)
  return isFirst ? scan.clock.horizon(startedAt) : -Infinity
}

/**
 * Looks for rows that have left the archive in the list that they were archived from. Returns the keys of those that
 * are nowhere, and that the next complete walk has to find missing again.
 */
async function* findMoved(
  scan: ListScan,
  live: ListScan | undefined,
  seen: KeySet,
): AsyncGenerator<Emission, KeySet> {
  // Children of a parent that left the archive were read while it stood there.
  const searching = withRoster(scan).filter(({ role }) => role !== 'parents')
  const left = searching.map((subscription) => leftBy(subscription, [seen, scan.seen]))
  const keys = [...new Set(left.flatMap((missing) => missing.keys))].filter((key) => !isHidden(scan, key))
  let isCertain = true
  if (live?.active.length) {
    if (left.some(({ hashes }) => hashes.length > 0)) isCertain = yield* lookThrough(live)
    else if (keys.length > 0) isCertain = yield* lookUp(live, keys)
  }
  const suspects = new KeySet()
  if (!isCertain) return suspects
  // What was found has been emitted and is in no roster any more; the rest is deleted.
  for (const subscription of withRoster(scan)) {
    const missing = leftBy(subscription, [seen, scan.seen])
    for (const key of yield* settleArchived(scan, subscription, missing.keys)) suspects.add(key)
    forget(subscription, { ...missing, keys: missing.keys.filter((key) => !suspects.has(key)) })
  }
  return suspects
}

interface MissingKeys {
  readonly keys: readonly string[]
  readonly hashes: readonly number[]
}

/**
 * Keys that the warehouse has as archived, or may have, and that the archive does not have. `seen`: by the walk, and by
 * other readings of this run, which may have seen rows that entered where the walk had passed.
 */
function leftBy({ cursor, moving }: Subscription, [byWalk, byRun]: [KeySet, KeySet]): MissingKeys {
  const fromRoster = cursor.roster?.missing(byWalk) ?? { keys: [], hashes: [] }
  const keys = [...fromRoster.keys, ...moving.missingFrom(byWalk)]
  const hashes = [...fromRoster.hashes, ...[...moving.hashes()].filter((hash) => !byWalk.hasHash(hash))]
  return {
    keys: keys.filter((key) => !byRun.has(key)),
    hashes: hashes.filter((hash) => !byRun.hasHash(hash)),
  }
}

function forget({ cursor, moving }: Subscription, { keys, hashes }: MissingKeys): void {
  for (const key of keys) {
    cursor.roster?.delete(key)
    moving.delete(key)
  }
  for (const hash of hashes) {
    cursor.roster?.deleteHash(hash)
    moving.deleteHash(hash)
  }
}

/** Returns whether rows that were not found are certain not to be in the list. */
async function* lookUp(live: ListScan, keys: readonly string[]): AsyncGenerator<Emission, boolean> {
  const { lookup } = live.stream
  if (!lookup) return yield* lookThrough(live)
  let isCertain = true
  for (let at = 0; at < keys.length; at += lookup.size) {
    const params = { [lookup.param]: keys.slice(at, at + lookup.size).join(',') }
    isCertain = (yield* dispatchAll(live, { params, mayBeEmpty: true })) && isCertain
  }
  return isCertain
}

/** The list takes no ids, or they are known by their hashes only: all of it is read. */
async function* lookThrough(live: ListScan): AsyncGenerator<Emission, boolean> {
  yield log('DEBUG', `${live.stream.name}: looking through the whole list for rows that left the archive.`)
  return yield* dispatchAll(live, { order: 'by-id', mayBeEmpty: true })
}

/** Returns whether the responses state the end of the list. */
async function* dispatchAll(live: ListScan, query: ListQuery): AsyncGenerator<Emission, boolean> {
  let isCertain = true
  for await (const { rows, isDoubtful } of live.pages(query)) {
    isCertain &&= !isDoubtful
    yield* live.dispatch(rows)
  }
  return isCertain
}

function withRoster({ active }: ListScan): Subscription[] {
  return active.filter(({ cursor }) => cursor.roster !== undefined)
}
