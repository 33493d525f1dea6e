import { log, type Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import { ApiError } from '../../pipedrive/http/api-error.js'
import type { ListPage } from '../../pipedrive/lists/list-walk.js'
import { PagingError } from '../../pipedrive/lists/paging-error.js'
import type { Checkpoint, VerificationPoint } from '../state/checkpoint.js'
import { KeySet } from '../state/key-set.js'
import type { Allowance } from '../streams/allowance.js'
import type { RowVerification } from '../streams/row-verification.js'
import type { Subscription } from '../streams/subscription.js'
import type { ListScan } from './list-scan.js'

const HOUR_MS = 3_600_000

const POLICY = {
  /** Daily syncs do not come at the same second. */
  everyMs: 23 * HOUR_MS,
  /** Half a minute at 250 ms per page: no sync is kept much longer. */
  pagesPerRun: 100,
  /** Of 0 to 9: everything else that is requested goes first. */
  priority: 9,
} satisfies Record<string, number>

/** What the rolling verification of lists may cost in a run, and who looks at them. */
export interface VerificationTerms {
  readonly allowance: Allowance
  readonly viewer: string
  /** When the run began, by the server's clock. */
  readonly now: Time
}

/** A stream whose list is verified. */
export interface Verified {
  readonly subscription: Subscription
  readonly verification: RowVerification
}

export function verifiedOf({ active }: Pick<ListScan, 'active'>): Verified | undefined {
  const [found] = active.flatMap((subscription): Verified[] => {
    const { verification } = subscription
    return verification ? [{ subscription, verification }] : []
  })
  return found
}

/** Whether a part of the list is verified in a run that starts now. */
export function isRollingDue(scan: ListScan, { now, allowance }: VerificationTerms): boolean {
  const { cursor } = verifiedOf(scan)?.verification ?? {}
  if (!cursor?.roster || cursor.roster.outgrown || allowance.affords(scan.stream.cost) < 1) return false
  const { verifiedAt, verification } = cursor
  return verification !== undefined || verifiedAt === undefined || now - verifiedAt >= POLICY.everyMs
}

/**
 * Walks some pages of the list, by id, from where the last run left off, once all else of the list has been read. Rows
 * that the warehouse lacks are emitted. A walk that fails goes on in a later run: it keeps no stream from completing.
 */
export async function* verifyRows(scan: ListScan, terms: VerificationTerms): AsyncGenerator<Emission> {
  await scan.unitsEnded
  const verified = verifiedOf(scan)
  if (!verified) return
  try {
    yield* walkPages(scan, verified, terms)
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof PagingError)) throw error
    yield log('INFO', `${scan.stream.name}: the verification goes on in the next sync. ${error.message}`)
  }
}

async function* walkPages(
  scan: ListScan,
  { subscription, verification }: Verified,
  { allowance, viewer, now }: VerificationTerms,
): AsyncGenerator<Emission> {
  const { name, cost } = scan.stream
  const saved = verification.cursor.verification
  // Pages that another owner of the token has seen say nothing about this one's.
  const from = saved?.viewer === viewer ? saved : undefined
  let walk: Omit<VerificationPoint, 'position'> = from ?? newWalk(now, viewer)
  let pages = 0
  const query = { order: 'by-id' as const, mayBeEmpty: true, priority: POLICY.priority }
  for await (const page of scan.pages(query, from?.position)) {
    allowance.spend(name, cost)
    pages += 1
    walk = { ...(page.restarted ? newWalk(now, viewer) : walk) }
    walk = { ...walk, pages: walk.pages + 1 }
    for (const { key } of page.rows) walk.seen.add(key)
    const checkpoint = checkpointOf(page, walk)
    yield* scan.dispatch(verification.ownRows(page.rows), checkpoint, undefined, [subscription])
    if (subscription.emitter.failure !== undefined) return
    if (pages >= POLICY.pagesPerRun || allowance.affords(cost) < 1) return
  }
}

function newWalk(startedAt: Time, viewer: string): Omit<VerificationPoint, 'position'> {
  return { startedAt, seen: new KeySet(), pages: 0, viewer }
}

/** The end of a list that no response states proves nothing. */
function checkpointOf({ next, isDoubtful }: ListPage, walk: Omit<VerificationPoint, 'position'>): Checkpoint {
  if (next) return { kind: 'verifying', at: { ...walk, position: next }, covers: -Infinity }
  if (isDoubtful) return { kind: 'none' }
  return { kind: 'verified', at: walk.startedAt, covers: -Infinity, seenBy: walk.viewer ?? '' }
}
