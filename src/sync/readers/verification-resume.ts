import type { VerificationPoint } from '../state/checkpoint.js'
import type { Subscription } from '../streams/subscription.js'

/** Where a verification goes on, and for whom its checkpoints are. */
export interface VerificationResume {
  /** Undefined: at the start of the list. */
  readonly point: VerificationPoint | undefined
  readonly takesPart: (subscription: Subscription) => boolean
}

/**
 * Streams that keep a roster share one walk. The parents of children follow it some pages behind: it goes on at the
 * earliest place. Streams that did not see its first pages get its rows, but none of its checkpoints.
 */
export function resumeVerification(active: readonly Subscription[]): VerificationResume {
  const holders = active.filter(({ cursor }) => cursor.roster !== undefined)
  const startedAt = holders[0]?.cursor.verification?.startedAt
  const isShared = holders.every(({ cursor }) => cursor.verification?.startedAt === startedAt)
  if (startedAt === undefined || !isShared) return { point: undefined, takesPart: () => true }
  const participants = active.filter(({ cursor }) => cursor.verification?.startedAt === startedAt)
  const points = participants.flatMap(({ cursor }) => cursor.verification ?? [])
  const earliest = points.reduce((a, b) => (b.pages < a.pages ? b : a))
  const fullest = points.reduce((a, b) => (b.seen.size > a.seen.size ? b : a))
  const members = new Set(participants)
  return {
    point: { ...earliest, seen: fullest.seen.clone() },
    takesPart: (subscription) => members.has(subscription),
  }
}
