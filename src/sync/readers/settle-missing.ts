import type { Emission } from '../../airbyte/messages.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { KeySet } from '../state/key-set.js'
import { explainDoubt, judgeMissing, sightOf } from '../streams/missing-rows.js'
import { lookUp } from './look-up.js'
import { LAST_PRIORITY } from '../streams/verification-terms.js'
import type { ListScan } from './list-scan.js'
import type { VerificationTerms, Verified } from './verification-terms.js'

/** A walk over the whole list that is over. */
export interface FinishedWalk {
  /** The keys that the list had. */
  readonly seen: KeySet
  /** The last of them. */
  readonly last: string | undefined
  /** Whether no response stated its end: then a row has to be missing in two walks. */
  readonly isDoubtful: boolean
}

/**
 * Finds out what became of the rows that the warehouse has and the list has not. Those that are gone are reported to
 * their stream. Returns the keys that are in doubt, and that the next complete walk has to find missing again.
 */
export async function* settleMissing(
  scan: ListScan,
  verified: Verified,
  { seen, last, isDoubtful }: FinishedWalk,
  { viewer, seesAll, allowance, archiveOf }: VerificationTerms,
): AsyncGenerator<Emission, KeySet> {
  const { verification } = verified
  const { cursor } = verification
  const before = cursor.verified.suspects
  const missing = verification.missingIn(seen)
  const wasMissing = (key: string) => before.has(key)
  const known = cursor.roster?.size ?? 0
  const sight = sightOf({ viewer, seesAll }, cursor.verified.seenBy)
  const verdict = judgeMissing({ missing, wasMissing, known, sight, isDoubtful })
  yield* explainDoubt(scan.stream.name, verdict, missing.length)
  const own = await lookUp(scan, { keys: verdict.toConfirm, witness: last, allowance })
  yield* found(scan, verified, own.rows)
  const archive = archiveOf(scan)
  const notFound = new Set(own.notFound)
  const left = [...own.absent, ...notFound, ...own.unproved]
  const { archived, isProved } = yield* inArchive(scan, archive, left)
  const isAbsent = isProved ? new Set(own.absent) : new Set<string>()
  // What no response proves has to be missing twice; in an archive that is not read it may be all the same.
  const mayBeGone = (key: string) => archive !== 'unread' || notFound.has(key)
  const isGone = (key: string) => isAbsent.has(key) || (wasMissing(key) && mayBeGone(key))
  const gone = left.filter((key) => !archived.has(key) && isGone(key))
  yield* verification.disappeared(gone)
  const settled = new Set([...gone, ...archived, ...own.rows.map(({ key }) => key)])
  const suspects = new KeySet()
  for (const key of missing) if (!settled.has(key)) suspects.add(key)
  return suspects
}

/** Rows that are there, though not in the list: deleted ones that Pipedrive still returns, archived, or hidden ones. */
async function* found(
  scan: ListScan,
  { subscription, verification }: Verified,
  rows: readonly Row[],
): AsyncGenerator<Emission> {
  // v1 returns deleted rows as inactive ones, without saying more.
  const isInactive = ({ data }: Row) => data.active_flag === false
  const left = verification.takeLeft(rows.filter((row) => !isInactive(row)))
  if (left.length > 0) yield* scan.dispatch(left, undefined, undefined, [subscription])
  verification.left(left)
  yield* verification.disappeared(rows.filter(isInactive).map(({ key }) => key))
}

interface InArchive {
  /** The keys that the archive has. */
  readonly archived: ReadonlySet<string>
  /** Whether the others are certain not to be there. */
  readonly isProved: boolean
}

/** Rows that are archived are handed to the streams of the archive. */
async function* inArchive(
  { stream }: ListScan,
  archive: ListScan | 'unread' | undefined,
  keys: readonly string[],
): AsyncGenerator<Emission, InArchive> {
  const { lookup } = stream
  const archived = new Set<string>()
  // A single row is found wherever it is. By several ids, archived ones are not.
  // An archive of such a list is always read.
  if (archive === undefined || archive === 'unread' || !lookup) return { archived, isProved: true }
  for (let left = keys; left.length > 0;) {
    const batch = left.slice(0, lookup.size)
    const params = { [lookup.param]: batch.join(',') }
    const found = archived.size
    for await (const page of archive.pages({ params, mayBeEmpty: true, priority: LAST_PRIORITY })) {
      for (const { key } of page.rows) archived.add(key)
      yield* archive.dispatch(page.rows)
    }
    // Where pages do not mark their end, one that was cut short looks like the last one.
    const isComplete = archive.facts.get('marksEnd') === true || archived.size === found
    left = isComplete ? left.slice(batch.length) : left.filter((key) => !archived.has(key))
  }
  return { archived, isProved: archive.facts.get('marksEnd') === true }
}
