import { log, type Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import { changesAreCompared } from '../../manifest/stream.js'
import { ApiError } from '../../pipedrive/http/api-error.js'
import { PagingError } from '../../pipedrive/lists/paging-error.js'
import { NOTHING, type Checkpoint, type VerificationPoint } from '../state/checkpoint.js'
import { KeySet } from '../state/key-set.js'
import { LAST_PRIORITY } from '../streams/verification-terms.js'
import type { ListScan } from './list-scan.js'
import { verifiedOf, type VerificationTerms, type Verified } from './verification-terms.js'
import { settleMissing, type FinishedWalk } from './settle-missing.js'

const HOUR_MS = 3_600_000

const POLICY = {
  /** Daily syncs do not come at the same second. */
  everyMs: 23 * HOUR_MS,
  /** Half a minute at 250 ms per page: no sync is kept much longer. */
  pagesPerRun: 100,
} satisfies Record<string, number>

/** Whether a part of the list is verified in a run that starts now. */
export function isRollingDue(scan: ListScan, { now, allowance, isAtOnce }: VerificationTerms): boolean {
  // Lists without filter and order are read whole in any case.
  if (changesAreCompared(scan.stream)) return false
  const { cursor } = verifiedOf(scan)?.verification ?? {}
  if (!cursor?.roster || cursor.roster.outgrown || allowance.affords(scan.stream.cost) < 1) return false
  const { verifiedAt, verification } = cursor
  return (
    isAtOnce || verification !== undefined || verifiedAt === undefined || now - verifiedAt >= POLICY.everyMs
  )
}

/**
 * Walks some pages of the list, by id, from where the last run left off, once all else of the list has been read. Rows
 * that the warehouse lacks are emitted. A walk that fails goes on in a later run: it keeps no stream from completing.
 */
export async function* verifyRows(scan: ListScan, terms: VerificationTerms): AsyncGenerator<Emission> {
  await scan.unitsEnded
  const verified = verifiedOf(scan)
  if (!verified) return
  yield* unlessItFails(scan, walkPages(scan, verified, terms))
}

async function* unlessItFails(
  { stream }: ListScan,
  verification: AsyncGenerator<Emission>,
): AsyncGenerator<Emission> {
  try {
    yield* verification
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof PagingError)) throw error
    yield log('INFO', `${stream.name}: the verification goes on in the next sync. ${error.message}`)
  }
}

/** Looks for what the list lacks once it has been read whole, as lists are that have neither filter nor order. */
export async function* settleWhole(scan: ListScan, terms: VerificationTerms): AsyncGenerator<Emission> {
  const verified = verifiedOf(scan)
  if (!verified) return
  const walk = { startedAt: terms.now, seen: scan.seen, last: undefined, isDoubtful: false }
  yield* unlessItFails(scan, finishWalk(scan, verified, walk, terms))
}

async function* walkPages(
  scan: ListScan,
  verified: Verified,
  terms: VerificationTerms,
): AsyncGenerator<Emission> {
  const { subscription, verification } = verified
  const { allowance, viewer, now, isAtOnce } = terms
  const { name, cost } = scan.stream
  verification.cursor.dueIsRead()
  const saved = verification.cursor.verification
  // Pages that another owner of the token has seen say nothing about this one's.
  const from = saved?.viewer === viewer && !isAtOnce ? saved : undefined
  let walk: Omit<VerificationPoint, 'position'> = from ?? newWalk(now, viewer)
  let pages = 0
  // Where pages do not mark their end, the last one has no rows.
  let last: string | undefined
  const query = { order: 'by-id' as const, mayBeEmpty: true, priority: LAST_PRIORITY }
  for await (const page of scan.pages(query, from?.position)) {
    allowance.spend(name, cost)
    pages += 1
    if (page.restarted) walk = newWalk(now, viewer)
    walk = { ...walk, pages: walk.pages + 1 }
    for (const { key } of page.rows) walk.seen.add(key)
    last = page.rows.at(-1)?.key ?? last
    const { next, isDoubtful } = page
    const checkpoint: Checkpoint = next
      ? { kind: 'verifying', at: { ...walk, position: next }, covers: -Infinity }
      : NOTHING
    yield* scan.dispatch(verification.ownRows(page.rows), checkpoint, undefined, [subscription])
    if (subscription.emitter.failure !== undefined) return
    if (!next) yield* finishWalk(scan, verified, { ...walk, last, isDoubtful: isDoubtful === true }, terms)
    if ((pages >= POLICY.pagesPerRun && !isAtOnce) || allowance.affords(cost) < 1) return
  }
}

function newWalk(startedAt: Time, viewer: string): Omit<VerificationPoint, 'position'> {
  return { startedAt, seen: new KeySet(), pages: 0, viewer }
}

/** The whole list has been seen: what it lacks is looked for. */
async function* finishWalk(
  scan: ListScan,
  verified: Verified,
  { startedAt, ...walk }: FinishedWalk & { readonly startedAt: Time },
  terms: VerificationTerms,
): AsyncGenerator<Emission> {
  const { subscription } = verified
  const suspects = yield* settleMissing(scan, verified, walk, terms)
  const seenBy = terms.viewer
  const checkpoint = { kind: 'verified', at: startedAt, covers: -Infinity, seenBy, suspects } as const
  yield* scan.dispatch([], checkpoint, undefined, [subscription])
}
