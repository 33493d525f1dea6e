import { log, type Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import { changesAreCompared } from '../../manifest/stream.js'
import { ApiError } from '../../pipedrive/http/api-error.js'
import { PagingError } from '../../pipedrive/lists/paging-error.js'
import { NOTHING, type Checkpoint, type VerificationPoint } from '../state/checkpoint.js'
import { KeySet } from '../state/key-set.js'
import type { Subscription } from '../streams/subscription.js'
import { isDueAgain, LAST_PRIORITY } from '../streams/verification-terms.js'
import type { ListScan } from './list-scan.js'
import { verifiedOf, type VerificationTerms } from './verification-terms.js'
import { settleMissing, type FinishedWalk } from './settle-missing.js'

const POLICY = {
  /** Half a minute at 250 ms per page: no sync is kept much longer. */
  pagesPerRun: 100,
} satisfies Record<string, number>

/** Whether a part of the list is verified in a run that starts now. */
export function isRollingDue(scan: ListScan, { now, allowance, isAtOnce }: VerificationTerms): boolean {
  // Lists without filter and order are read whole in any case; archives have a walk of their own.
  if (changesAreCompared(scan.stream) || scan.stream.archiveOf) return false
  const [leader] = walkersOf(scan)
  if (!leader || allowance.affords(scan.stream.cost) < 1) return false
  const { verifiedAt, verification } = leader.cursor
  return isAtOnce || verification !== undefined || isDueAgain(verifiedAt, now)
}

/** The streams that a walk is for: the one that has the keys of the list, and those that look for parents. */
function walkersOf(scan: ListScan): readonly Subscription[] {
  const { subscription } = verifiedOf(scan) ?? {}
  const hasKeys = subscription?.cursor.roster?.outgrown === false
  const watching = scan.active.filter(({ notice }) => notice !== undefined)
  return subscription && hasKeys ? [subscription, ...watching] : watching
}

/**
 * Walks some pages of the list, by id, from where the last run left off, once all else of the list has been read. Rows
 * that the warehouse lacks are emitted. A walk that fails goes on in a later run: it keeps no stream from completing.
 */
export async function* verifyRows(scan: ListScan, terms: VerificationTerms): AsyncGenerator<Emission> {
  await scan.unitsEnded
  const [leader, ...others] = walkersOf(scan)
  if (leader) yield* unlessItFails(scan, walkPages(scan, leader, others, terms))
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
  yield* unlessItFails(scan, finishWalk(scan, [verified.subscription], walk, terms))
}

/** The first stream leads: the others go on with it if they have seen the same pages, or else join in the next walk. */
async function* walkPages(
  scan: ListScan,
  leader: Subscription,
  others: readonly Subscription[],
  terms: VerificationTerms,
): AsyncGenerator<Emission> {
  const { allowance, viewer, now, isAtOnce } = terms
  const { cost } = scan.stream
  leader.verification?.cursor.dueIsRead()
  const saved = leader.cursor.verification
  // Pages that another owner of the token has seen say nothing about this one's.
  const from = saved?.viewer === viewer && !isAtOnce ? saved : undefined
  let together = [leader, ...others.filter(({ cursor }) => !from || hasSeen(cursor.verification, from))]
  let walk: Omit<VerificationPoint, 'position'> = from ?? newWalk(now, viewer)
  let pages = 0
  // Where pages do not mark their end, the last one has no rows.
  let last: string | undefined
  const query = { order: 'by-id' as const, mayBeEmpty: true, priority: LAST_PRIORITY }
  for await (const page of scan.pages(query, from?.position)) {
    allowance.spend(leader.emitter.stream.name, cost)
    pages += 1
    if (page.restarted) [walk, together] = [newWalk(now, viewer), [leader, ...others]]
    walk = { ...walk, pages: walk.pages + 1 }
    for (const { key } of page.rows) walk.seen.add(key)
    last = page.rows.at(-1)?.key ?? last
    const { next, isDoubtful } = page
    const checkpoint: Checkpoint = next
      ? { kind: 'verifying', at: { ...walk, position: next }, covers: -Infinity }
      : NOTHING
    if (leader.verification)
      yield* scan.dispatch(leader.verification.ownRows(page.rows), checkpoint, undefined, [leader])
    if (leader.emitter.failure !== undefined) return
    for (const { notice } of [leader, ...others]) notice?.(page.rows)
    const watching = together.filter(({ notice }) => notice !== undefined)
    yield* scan.dispatch([], checkpoint, undefined, watching)
    if (!next) yield* finishWalk(scan, together, { ...walk, last, isDoubtful: isDoubtful === true }, terms)
    if ((pages >= POLICY.pagesPerRun && !isAtOnce) || allowance.affords(cost) < 1) return
  }
}

/** Whether a stream has seen the pages of a walk up to there. */
function hasSeen(own: VerificationPoint | undefined, { startedAt, pages }: VerificationPoint): boolean {
  return own?.startedAt === startedAt && own.pages >= pages
}

function newWalk(startedAt: Time, viewer: string): Omit<VerificationPoint, 'position'> {
  return { startedAt, seen: new KeySet(), pages: 0, viewer }
}

/** The whole list has been seen: what it lacks is looked for. */
async function* finishWalk(
  scan: ListScan,
  together: readonly Subscription[],
  { startedAt, ...walk }: FinishedWalk & { readonly startedAt: Time },
  terms: VerificationTerms,
): AsyncGenerator<Emission> {
  const verified = verifiedOf(scan)
  const checkpoint = { kind: 'verified', at: startedAt, covers: -Infinity, seenBy: terms.viewer } as const
  for (const subscription of together) {
    const isOwn = subscription === verified?.subscription
    const suspects = isOwn ? { suspects: yield* settleMissing(scan, verified, walk, terms) } : {}
    yield* scan.dispatch([], { ...checkpoint, ...suspects }, undefined, [subscription])
  }
}
